import type { JournalFile, JournalStorage } from '../../src/adapters/ledger/journal-storage.ts';
import type { SegmentBytes } from '../../src/core/ledger/read-journal.ts';
import type { Dice } from '../fuzz/dice.ts';

interface Write {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const sectorBytes = 512;

/** A disk that keeps what was synced, and of the rest what it likes: in any order, in parts, with zeros where nothing came. */
export class FragileStorage implements JournalStorage {
  readonly #dice: Dice;
  readonly #files = new Map<string, FragileFile>();
  readonly #faulty: boolean;

  /** `faulty`: it is full now and then, takes half of what it is given, and fails to sync. */
  constructor(dice: Dice, faulty: boolean) {
    this.#dice = dice;
    this.#faulty = faulty;
  }

  create(name: string): JournalFile {
    if (this.#files.has(name)) throw new Error(`EEXIST: ${name}`);
    const file = new FragileFile(this.#dice, this.#faulty);
    this.#files.set(name, file);
    return file;
  }

  /** Finishes syncs that are under way. */
  settle(): void {
    for (const file of this.#files.values()) file.settle();
  }

  /** The process is killed: the system keeps all that was written. */
  kill(): readonly SegmentBytes[] {
    return [...this.#files].sort().map(([name, file]) => ({ name, bytes: file.written() }));
  }

  /** The power goes: what is found when it comes back. */
  cut(): readonly SegmentBytes[] {
    return [...this.#files].sort().map(([name, file]) => ({ name, bytes: file.survivors() }));
  }
}

class FragileFile implements JournalFile {
  readonly #dice: Dice;
  #durable: Write[] = [];
  #fresh: Write[] = [];
  #length = 0;
  readonly #syncs: (() => void)[] = [];

  readonly #faulty: boolean;

  constructor(dice: Dice, faulty: boolean) {
    this.#dice = dice;
    this.#faulty = faulty;
  }

  write(bytes: Uint8Array, from: number, to: number): number {
    if (this.#faulty && this.#dice.chance(0.02)) throw new Error('ENOSPC');
    const length = to - from;
    const taken = this.#faulty && this.#dice.chance(0.05) ? 1 + this.#dice.below(length) : length;
    this.#fresh.push({ at: this.#length, bytes: bytes.slice(from, from + taken) });
    this.#length += taken;
    return taken;
  }

  sync(): Promise<void> {
    const wanted = this.#fresh.slice();
    return new Promise((resolve, reject) => {
      this.#syncs.push(() => {
        // Pages whose writing failed are forgotten, and the next sync would call it good.
        const failed = this.#faulty && this.#dice.chance(0.02);
        this.#fresh = this.#fresh.filter((write) => !wanted.includes(write));
        if (!failed) this.#durable.push(...wanted);
        if (failed) reject(new Error('EIO'));
        else resolve();
      });
    });
  }

  close(): void {}

  settle(): void {
    for (const end of this.#syncs.splice(0)) end();
  }

  written(): Uint8Array {
    const all = new Uint8Array(this.#length);
    for (const { at, bytes } of [...this.#durable, ...this.#fresh]) all.set(bytes, at);
    return all;
  }

  survivors(): Uint8Array {
    const kept = [...this.#durable];
    for (const write of this.#fresh) kept.push(...this.#partsOf(write));
    const end = kept.reduce((most, { at, bytes }) => Math.max(most, at + bytes.length), 0);
    // The file's length may be known to the disk before its bytes are.
    const length = this.#dice.chance(0.3) ? Math.max(end, this.#length) : end;
    const found = new Uint8Array(length);
    for (const { at, bytes } of kept) found.set(bytes, at);
    return found;
  }

  #partsOf(write: Write): readonly Write[] {
    const fate = this.#dice.below(3);
    if (fate === 0) return [];
    if (fate === 1) return [write];
    const parts: Write[] = [];
    for (let from = 0; from < write.bytes.length; ) {
      const to = Math.min(
        write.bytes.length,
        (Math.floor((write.at + from) / sectorBytes) + 1) * sectorBytes - write.at,
      );
      if (this.#dice.chance(0.5)) parts.push({ at: write.at + from, bytes: write.bytes.subarray(from, to) });
      from = to;
    }
    return parts;
  }
}
