import { type CsvColumns, columnsOf } from './csv-columns.ts';
import { CsvMachine, type CsvRecord } from './csv-machine.ts';
import { finishRows, type InputWishes } from './finish-rows.ts';
import { type InputLimits, inputLimits } from './input-limits.ts';
import { clipped, type RejectedRow, type ScoredRow, type ScoredRows, tokensOfBytes } from './scored-rows.ts';
import { type InputProblem, inputError, TrainingInputError } from './training-input-error.ts';
import type { RowReader } from './training-reader.ts';

const mostProblems = 20;

/** Reads training rows from CSV. Answers are measured and not kept. */
export class CsvRows implements RowReader {
  readonly #wishes: InputWishes;
  readonly #limits: InputLimits;
  readonly #machine: CsvMachine;
  readonly #rows: ScoredRow[] = [];
  readonly #rejected: RejectedRow[] = [];
  readonly #problems: InputProblem[] = [];
  #columns: CsvColumns | undefined;

  constructor(wishes: InputWishes, limits: InputLimits = inputLimits) {
    this.#wishes = wishes;
    this.#limits = limits;
    this.#machine = new CsvMachine(limits, (record) => this.#take(record));
  }

  push(bytes: Uint8Array): void {
    this.#machine.push(bytes);
  }

  end(): ScoredRows {
    this.#machine.end();
    if (this.#columns === undefined) throw inputError(1, 1, 'the file is empty');
    if (this.#problems.length > 0) throw new TrainingInputError(this.#problems);
    const models = this.#columns.models.map(({ model }) => model);
    return finishRows({ models, rows: this.#rows, rejected: this.#rejected }, this.#wishes);
  }

  #take(record: CsvRecord): void {
    if (this.#columns === undefined) {
      this.#columns = columnsOf(record, this.#wishes);
      return;
    }
    this.#refuseTooMany(record, this.#columns);
    const row = this.#rowOf(record, this.#columns);
    if ('reason' in row) this.#rejected.push(row);
    else this.#rows.push(row);
    if (this.#rows.length > this.#limits.rows)
      throw inputError(record.line, 1, `there are more than ${this.#limits.rows} rows; send fewer`);
    if (this.#problems.length >= mostProblems) throw new TrainingInputError(this.#problems);
  }

  #refuseTooMany(record: CsvRecord, { names }: CsvColumns): void {
    if (record.cells <= names.length) return;
    const message = `this row has ${record.cells} cells and the first line ${names.length}; put quotes around a cell that holds a comma`;
    this.#problems.push({ ...record.place(names.length), message });
  }

  #rowOf(record: CsvRecord, columns: CsvColumns): ScoredRow | RejectedRow {
    const prompt = record.text(columns.prompt);
    if (prompt.trim() === '') return { line: record.line, reason: 'no prompt' };
    const scores = columns.models.map(({ score }) => this.#number(record, score, columns));
    if (scores.every(Number.isNaN)) return { line: record.line, reason: 'no score' };
    const text = (cell: number | undefined): string => (cell === undefined ? '' : record.text(cell));
    const [id, task, system] = [text(columns.id), text(columns.task), text(columns.system)];
    return {
      line: record.line,
      id: id === '' ? `line ${record.line}` : id,
      prompt: clipped(prompt),
      promptCharacters: prompt.length,
      ...(system === '' ? {} : { system: clipped(system) }),
      ...(task === '' ? {} : { task }),
      scores,
      costs: columns.models.map(({ cost }) => (cost === undefined ? Number.NaN : this.#number(record, cost, columns))),
      outputTokens: columns.models.map(({ response }) =>
        response === undefined ? Number.NaN : tokensOfBytes(record.bytes(response)),
      ),
    };
  }

  /** NaN for an empty cell. What is no number is a problem: a score that is guessed would be learned. */
  #number(record: CsvRecord, cell: number, { names }: CsvColumns): number {
    const text = record.text(cell).trim();
    if (text === '') return Number.NaN;
    const value = decimal(text);
    if (Number.isFinite(value)) return value;
    const column = names[cell] ?? '';
    const problem = `"${column.slice(0, 100)}" must be a number, and this cell holds ${kindOf(text)}; leave it empty when there is none`;
    this.#problems.push({ ...record.place(cell), message: problem });
    return Number.NaN;
  }
}

const numberForm = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;
const words: Readonly<Record<string, number>> = { true: 1, false: 0 };

/** Files with semicolons may have a decimal comma. */
const decimal = (text: string): number =>
  numberForm.test(text) ? Number(text.replace(',', '.')) : (words[text.toLowerCase()] ?? Number.NaN);

const kindOf = (text: string): string => {
  if (/^[+-]?nan$/i.test(text)) return 'NaN';
  return /^[+-]?inf(?:inity)?$/i.test(text) || numberForm.test(text)
    ? 'an infinite number'
    : `text of ${text.length} characters`;
};
