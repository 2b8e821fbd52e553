import { writeJournalRecord } from '../../core/ledger/journal-record.ts';
import { marksSyncs } from '../../core/ledger/read-journal.ts';
import { FrameBuffer, fitsFrame } from './frame-buffer.ts';
import type { JournalFile, JournalStorage } from './journal-storage.ts';

const usualSegmentBytes = 64 * 1024 * 1024;
/** Facts that wait while nothing can be written; money waits without a bound, since only calls under way add to it. */
const mostWaitingFactBytes = 16 * 1024 * 1024;

export interface JournalPlace {
  readonly storage: JournalStorage;
  /** The segment this process begins with; no file of that number may exist. */
  readonly segment: number;
  /** Counts the starts of this installation. */
  readonly epoch: number;
  /** Calls wait for the disk: what was synced is marked in the journal. */
  readonly marks: boolean;
  readonly segmentBytes?: number;
}

/**
 * Appends records with a plain write, which survives a kill of the process: the page cache keeps it. Only the request thread writes. Records that
 * are added without being flushed leave with the next flush, or at the end of the current turn.
 */
export class JournalWriter {
  readonly #place: JournalPlace;
  readonly #epoch: number;
  #segment: number;
  #file: JournalFile;
  #fileBytes = 0;
  #sequence = 0;
  #writtenSequence = 0;
  readonly #waiting = new FrameBuffer();
  /** The file ends in the middle of a frame. */
  #partial = false;
  /** A sync failed: what it did not write, the system may have forgotten, so no later sync of the file says anything. All goes into the next one again. */
  #spoilt = false;
  /** Frames that no sync has covered yet; kept only where calls wait for the disk. */
  #uncovered: { readonly sequence: number; readonly frame: Uint8Array }[] = [];
  #scheduled = false;
  #appendedBytes = 0;
  #syncing: Promise<void> | undefined;
  /** Full segments that were not synced yet. */
  #unsynced: JournalFile[] = [];
  #failure: unknown;
  #closed = false;
  #lostFacts = 0;
  /** Called after bytes were written. */
  onWrite: (() => void) | undefined;
  /** Called when writing begins to fail, and when it works again. */
  onFailure: ((failure: unknown) => void) | undefined;

  constructor(place: JournalPlace) {
    this.#place = place;
    this.#epoch = (place.marks ? place.epoch | marksSyncs : place.epoch) >>> 0;
    this.#segment = place.segment;
    this.#file = this.#create();
  }

  /** Bytes written since the start. */
  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /** Why nothing can be written at present. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Facts that were dropped because nothing could be written for too long, or because they were too long themselves. */
  get lostFacts(): number {
    return this.#lostFacts;
  }

  /** Throws for a text that is too long for a record. What comes after the end is not written: the next start ends what stayed open. */
  add(text: string): void {
    if (this.#closed) return;
    this.#queue(text);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.tryFlush());
  }

  /** As `add`; dropped when too much waits for a disk that takes nothing, or when it is too long for a record. */
  addFact(text: string): void {
    const stuck = this.#failure !== undefined && this.#waiting.length > mostWaitingFactBytes;
    if (stuck || !fitsFrame(text)) this.#lostFacts++;
    else this.add(text);
  }

  /** Writes what was added, and says whether all of it is written now. What could not be written stays and leaves with the next flush. */
  tryFlush(): boolean {
    try {
      this.flush();
      return true;
    } catch {
      return false;
    }
  }

  /** As `tryFlush`. Throws the system's error (a full disk). */
  flush(): void {
    this.#scheduled = false;
    // The number of a closed file may be another file's, or a connection's.
    if (this.#closed || (this.#waiting.length === 0 && !this.#spoilt)) return;
    try {
      this.#flush();
    } catch (error) {
      const first = this.#failure === undefined;
      this.#failure = error;
      if (first) this.onFailure?.(error);
      throw error;
    }
    if (this.#failure !== undefined) {
      this.#failure = undefined;
      this.onFailure?.(undefined);
    }
    this.onWrite?.();
  }

  /** Resolves when all that was written before the call is on the disk; calls that come while a sync runs share the next one. */
  async sync(): Promise<void> {
    this.flush();
    if (this.#syncing !== undefined) {
      await this.#syncing.catch(() => undefined);
      // Had that one failed, everything goes into another file first.
      this.flush();
    }
    this.#syncing ??= this.#syncFiles().finally(() => {
      this.#syncing = undefined;
    });
    await this.#syncing;
  }

  close(): void {
    this.tryFlush();
    this.#closed = true;
    for (const file of [...this.#unsynced, this.#file]) file.close();
  }

  #queue(text: string): void {
    const before = this.#waiting.length;
    const sequence = this.#sequence + 1;
    this.#waiting.add(text, { sequence, epoch: this.#epoch });
    this.#sequence = sequence;
    if (this.#place.marks)
      this.#uncovered.push({ sequence, frame: this.#waiting.copyOf(this.#waiting.length - before) });
  }

  #flush(): void {
    const waiting = this.#waiting;
    // A frame is never spread over two segments.
    const full = this.#fileBytes > 0 && this.#fileBytes + waiting.length > this.#segmentBytes;
    if (this.#spoilt) this.#startAfresh();
    else if (full && !this.#partial) this.#rotate();
    while (waiting.length > 0) {
      const taken = this.#file.write(waiting.bytes, waiting.from, waiting.to);
      if (taken === 0) throw new Error('The disk took nothing.');
      this.#took(taken);
    }
  }

  /** A short write (a full disk) leaves half a frame: the rest must follow, or the file would be damaged in the middle. */
  #took(bytes: number): void {
    this.#fileBytes += bytes;
    this.#appendedBytes += bytes;
    this.#waiting.took(bytes);
    this.#partial = this.#waiting.length > 0;
    if (!this.#partial) this.#writtenSequence = this.#sequence;
  }

  async #syncFiles(): Promise<void> {
    const sequence = this.#writtenSequence;
    const file = this.#file;
    const full = this.#unsynced;
    this.#unsynced = [];
    try {
      for (const each of full) await each.sync();
      await file.sync();
    } catch (error) {
      this.#spoilt = true;
      throw error;
    } finally {
      for (const each of full) each.close();
    }
    const open = this.#uncovered.findIndex((each) => each.sequence > sequence);
    this.#uncovered = open < 0 ? [] : this.#uncovered.slice(open);
    // It leaves with the next record.
    if (this.#place.marks) this.#queue(writeJournalRecord({ kind: 'synced', sequence }));
  }

  /** After a failed sync: another segment, with everything that may not have reached the disk. Records know their ids, so coming twice does no harm. */
  #startAfresh(): void {
    this.#rotate();
    for (const file of this.#unsynced.splice(0)) file.close();
    this.#spoilt = false;
    this.#partial = false;
    if (!this.#place.marks) return;
    this.#waiting.clear();
    for (const { frame } of this.#uncovered) this.#waiting.addFrame(frame);
  }

  #rotate(): void {
    const made = this.#create(this.#segment + 1);
    this.#segment++;
    this.#unsynced.push(this.#file);
    this.#file = made;
    this.#fileBytes = 0;
    if (!this.#place.marks && !this.#spoilt) void this.#retire();
  }

  /** Nobody waits for the disk here, but a full segment is brought there all the same. */
  async #retire(): Promise<void> {
    for (const file of this.#unsynced.splice(0)) {
      await file.sync().catch(() => undefined);
      file.close();
    }
  }

  get #segmentBytes(): number {
    return this.#place.segmentBytes ?? usualSegmentBytes;
  }

  #create(segment = this.#segment): JournalFile {
    return this.#place.storage.create(`${String(segment).padStart(8, '0')}.log`);
  }
}
