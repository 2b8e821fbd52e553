import { CsvRows } from './csv-rows.ts';
import type { InputWishes } from './finish-rows.ts';
import { type InputLimits, inputLimits } from './input-limits.ts';
import { JsonlRows } from './jsonl-rows.ts';
import type { ScoredRows } from './scored-rows.ts';

/** Takes a file piece by piece. Both methods throw `TrainingInputError`. */
export interface RowReader {
  push(bytes: Uint8Array): void;
  end(): ScoredRows;
}

/** Reads training rows, in whichever format they come: JSON Lines begin with a brace, everything else is CSV. */
export class TrainingReader implements RowReader {
  readonly #wishes: InputWishes;
  readonly #limits: InputLimits;
  #reader: RowReader | undefined;

  constructor(wishes: InputWishes, limits: InputLimits = inputLimits) {
    this.#wishes = wishes;
    this.#limits = limits;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#reader ??= this.#readerFor(bytes);
    this.#reader.push(bytes);
  }

  end(): ScoredRows {
    this.#reader ??= new CsvRows(this.#wishes, this.#limits);
    return this.#reader.end();
  }

  #readerFor(bytes: Uint8Array): RowReader {
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const first = bytes.subarray(marked ? 3 : 0).find((byte) => byte > 0x20);
    return first === 0x7b ? new JsonlRows(this.#wishes, this.#limits) : new CsvRows(this.#wishes, this.#limits);
  }
}
