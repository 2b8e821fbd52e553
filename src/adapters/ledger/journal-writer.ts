import { closeSync, fdatasync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeFrame } from '../../core/ledger/journal-frame.ts';

const segmentBytes = 64 * 1024 * 1024;

export interface JournalPlace {
  readonly folder: string;
  /** The segment this process begins with; no file of that number may exist. */
  readonly segment: number;
  /** Counts the starts of this installation. */
  readonly epoch: number;
}

/**
 * Appends records with a plain write, which survives a kill of the process: the page cache keeps it. Only the request thread writes. Records that
 * are added without being flushed leave with the next flush, or at the end of the current turn.
 */
export class JournalWriter {
  readonly #place: JournalPlace;
  #segment: number;
  #file: number;
  #fileBytes = 0;
  #sequence = 0;
  #waiting: Uint8Array[] = [];
  #scheduled = false;
  #appendedBytes = 0;
  #syncing: Promise<void> | undefined;
  /** Called after bytes were written. */
  onWrite: (() => void) | undefined;

  constructor(place: JournalPlace) {
    this.#place = place;
    this.#segment = place.segment;
    mkdirSync(place.folder, { recursive: true, mode: 0o700 });
    this.#file = this.#open();
  }

  /** Bytes written since the start. */
  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  add(text: string): void {
    this.#waiting.push(writeFrame(text, { sequence: ++this.#sequence, epoch: this.#place.epoch }));
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  /** Writes what was added. Throws the system's error (a full disk); what could not be written stays and leaves with the next flush. */
  flush(): void {
    this.#scheduled = false;
    if (this.#waiting.length === 0) return;
    const bytes = this.#waiting.length === 1 ? this.#waiting[0] : Buffer.concat(this.#waiting);
    if (bytes === undefined) return;
    if (this.#fileBytes + bytes.length > segmentBytes) this.#rotate();
    this.#write(bytes);
    this.#waiting = [];
    this.#fileBytes += bytes.length;
    this.#appendedBytes += bytes.length;
    this.onWrite?.();
  }

  /** Resolves when all that was written before the call is on the disk; calls that come while a sync runs share the next one. */
  async sync(): Promise<void> {
    this.flush();
    if (this.#syncing !== undefined) await this.#syncing;
    this.#syncing ??= this.#syncFile().finally(() => {
      this.#syncing = undefined;
    });
    await this.#syncing;
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  #syncFile(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#file, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }

  /** A short write (a full disk) leaves half a frame: the rest must follow, or the file would be damaged in the middle. */
  #write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#file, bytes, at);
      } catch (error) {
        if (at > 0) this.#waiting = [bytes.subarray(at)];
        throw error;
      }
    }
  }

  #rotate(): void {
    const old = this.#file;
    this.#segment++;
    this.#file = this.#open();
    this.#fileBytes = 0;
    fdatasync(old, () => closeSync(old));
  }

  #open(): number {
    const name = `${String(this.#segment).padStart(8, '0')}.log`;
    return openSync(join(this.#place.folder, name), 'ax', 0o600);
  }
}
