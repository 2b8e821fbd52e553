import type { InputLimits } from './input-limits.ts';
import { inputError } from './training-input-error.ts';

/** One record of a CSV file. Holds bytes of the machine: read it before the machine is given more. */
export interface CsvRecord {
  /** Where it begins; its cells may go on over several lines. */
  readonly line: number;
  readonly cells: number;
  /** Of a cell that is not there: empty. Throws where it is not UTF-8. */
  text(cell: number): string;
  bytes(cell: number): number;
  /** Where a cell begins; of a cell that is not there, where the record ends. */
  place(cell: number): { readonly line: number; readonly column: number };
}

const [quote, comma, semicolon, tab, newline, carriage] = [0x22, 0x2c, 0x3b, 0x09, 0x0a, 0x0d];

type State = 'cell-start' | 'plain' | 'quoted' | 'quote-in-quoted';

/**
 * Reads CSV (RFC 4180) piece by piece: quoted cells with newlines and doubled quotes, LF or CRLF, a byte order mark. Fields are parted by the comma,
 * the semicolon or the tab that stands most often in the first record. Memory holds one record. Throws `TrainingInputError` with the place.
 */
export class CsvMachine {
  readonly #limits: InputLimits;
  readonly #onRecord: (record: CsvRecord) => void;
  readonly #record = new RecordBytes();
  #state: State = 'cell-start';
  #delimiter: number | undefined;
  /** Bytes of the first record, until its delimiter is known. */
  #head: Uint8Array | undefined = new Uint8Array(0);
  #line = 1;
  #column = 1;
  #read = 0;

  constructor(limits: InputLimits, onRecord: (record: CsvRecord) => void) {
    this.#limits = limits;
    this.#onRecord = onRecord;
  }

  push(bytes: Uint8Array): void {
    this.#read += bytes.length;
    if (this.#read > this.#limits.bytes)
      throw inputError(this.#line, this.#column, `the file has more than ${this.#limits.bytes} bytes; send fewer rows`);
    if (this.#head === undefined) {
      this.#take(bytes);
      return;
    }
    this.#head = joined(this.#head, bytes);
    const delimiter = delimiterOf(this.#head, false);
    if (delimiter !== undefined) this.#begin(delimiter);
    else if (this.#head.length > this.#limits.cellBytes) this.#begin(comma);
  }

  end(): void {
    if (this.#head !== undefined) this.#begin(delimiterOf(this.#head, true) ?? comma);
    if (this.#state === 'quoted') {
      const { line, column } = this.#record.cellPlace();
      throw inputError(line, column, 'a quote is opened here and never closed');
    }
    if (this.#state !== 'cell-start' || this.#record.count > 0) this.#endRecord();
  }

  #begin(delimiter: number): void {
    const head = this.#head ?? new Uint8Array(0);
    this.#head = undefined;
    this.#delimiter = delimiter;
    if (head[0] === 0xff || head[0] === 0xfe || (head[0] === 0 && head[1] !== undefined))
      throw inputError(1, 1, 'the file is not UTF-8; save it as "CSV UTF-8"');
    const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
    this.#take(marked ? head.subarray(3) : head);
  }

  #take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const end = this.#spanEnd(bytes, at);
      if (end > at) this.#append(bytes.subarray(at, end));
      else this.#step(bytes[end] ?? 0);
      const next = Math.max(end, at + 1);
      this.#count(bytes, at, next);
      at = next;
    }
  }

  /** The end of what belongs to the cell as it stands. */
  #spanEnd(bytes: Uint8Array, from: number): number {
    if (this.#state === 'quoted') {
      const end = bytes.indexOf(quote, from);
      return end < 0 ? bytes.length : end;
    }
    if (this.#state !== 'plain') return from;
    const delimiter = this.#delimiter;
    let at = from;
    for (let byte = bytes[at]; byte !== undefined && byte !== delimiter && byte !== newline; byte = bytes[at]) at += 1;
    return at;
  }

  #count(bytes: Uint8Array, from: number, to: number): void {
    let [line, column] = [this.#line, this.#column];
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === newline) {
        line += 1;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) column += 1;
    }
    this.#line = line;
    this.#column = column;
  }

  /** A byte that is not simply part of the cell. */
  #step(byte: number): void {
    if (this.#state === 'quoted') {
      this.#state = 'quote-in-quoted';
      return;
    }
    if (this.#state === 'cell-start') {
      this.#record.startCell(this.#line, this.#column);
      this.#state = byte === quote ? 'quoted' : 'plain';
      if (byte === quote) return;
    }
    if (byte === this.#delimiter) this.#endCell();
    else if (byte === newline) this.#endRecord();
    else if (this.#state === 'plain') this.#append(Uint8Array.of(byte));
    else if (byte === quote) {
      this.#state = 'quoted';
      this.#append(Uint8Array.of(byte));
    } else if (byte !== carriage) {
      throw inputError(this.#line, this.#column, 'text after a closing quote; write a quote inside of a cell twice');
    }
  }

  #append(bytes: Uint8Array): void {
    if (this.#record.append(bytes) <= this.#limits.cellBytes) return;
    const { line, column } = this.#record.cellPlace();
    throw inputError(
      line,
      column,
      `a cell has more than ${this.#limits.cellBytes} bytes; is a quote that is opened here never closed?`,
    );
  }

  #endCell(): void {
    this.#record.endCell();
    this.#state = 'cell-start';
    if (this.#record.count > this.#limits.columns)
      throw inputError(this.#line, this.#column, `a row has more than ${this.#limits.columns} cells`);
  }

  #endRecord(): void {
    if (this.#state === 'cell-start') this.#record.startCell(this.#line, this.#column);
    this.#record.dropCarriageReturn(this.#state === 'plain');
    this.#record.endCell();
    this.#state = 'cell-start';
    // A line without anything on it is no record.
    if (this.#record.cells > 1 || this.#record.bytes(0) > 0) this.#onRecord(this.#record);
    this.#record.clear();
  }
}

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
};

/** What stands most often outside of quotes in the first record; undefined while its end has not come. */
const delimiterOf = (bytes: Uint8Array, whole: boolean): number | undefined => {
  const counts = new Map([
    [comma, 0],
    [semicolon, 0],
    [tab, 0],
  ]);
  let quoted = false;
  for (const byte of bytes) {
    if (byte === quote) quoted = !quoted;
    if (quoted) continue;
    if (byte === newline) return mostOf(counts);
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  return whole ? mostOf(counts) : undefined;
};

const mostOf = (counts: ReadonlyMap<number, number>): number =>
  [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? comma;

/** Cells of one record in one buffer that grows and is used again. */
class RecordBytes implements CsvRecord {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #buffer = new Uint8Array(4096);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #lines: number[] = [];
  readonly #columns: number[] = [];

  get line(): number {
    return this.#lines[0] ?? 1;
  }

  get cells(): number {
    return this.#ends.length;
  }

  /** Cells that are begun. */
  get count(): number {
    return this.#lines.length;
  }

  text(cell: number): string {
    const end = this.#ends[cell];
    if (end === undefined) return '';
    try {
      return this.#decoder.decode(this.#buffer.subarray(this.#start(cell), end));
    } catch {
      const { line, column } = this.place(cell);
      throw inputError(line, column, 'the cell is not UTF-8; save the file as "CSV UTF-8"');
    }
  }

  bytes(cell: number): number {
    const end = this.#ends[cell];
    return end === undefined ? 0 : end - this.#start(cell);
  }

  place(cell: number): { readonly line: number; readonly column: number } {
    const at = Math.min(cell, this.#lines.length - 1);
    return { line: this.#lines[at] ?? 1, column: this.#columns[at] ?? 1 };
  }

  cellPlace(): { readonly line: number; readonly column: number } {
    return this.place(this.#lines.length - 1);
  }

  startCell(line: number, column: number): void {
    this.#lines.push(line);
    this.#columns.push(column);
  }

  /** Answers the length of the cell by now. */
  append(bytes: Uint8Array): number {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const wider = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      wider.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = wider;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    return length - this.#start(this.#ends.length);
  }

  endCell(): void {
    this.#ends.push(this.#length);
  }

  dropCarriageReturn(plain: boolean): void {
    const own = this.#length > this.#start(this.#ends.length);
    if (plain && own && this.#buffer[this.#length - 1] === carriage) this.#length -= 1;
  }

  clear(): void {
    this.#length = 0;
    this.#ends.length = 0;
    this.#lines.length = 0;
    this.#columns.length = 0;
    // One long record must not hold its room for ever.
    if (this.#buffer.length > 2 ** 20) this.#buffer = new Uint8Array(4096);
  }

  #start(cell: number): number {
    return cell === 0 ? 0 : (this.#ends[cell - 1] ?? 0);
  }
}
