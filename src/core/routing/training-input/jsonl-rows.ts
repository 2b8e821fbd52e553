import { isObject, type JsonObject } from '../../json/json.ts';
import { findJsonFault } from '../../json/json-fault.ts';
import { finishRows, type InputWishes } from './finish-rows.ts';
import { type InputLimits, inputLimits } from './input-limits.ts';
import { clipped, type RejectedRow, type ScoredRow, type ScoredRows } from './scored-rows.ts';
import { type InputProblem, inputError, TrainingInputError } from './training-input-error.ts';
import type { RowReader } from './training-reader.ts';

/** Members that hold a number for each model, under the names in use. */
const members = {
  scores: ['scores', 's'],
  costs: ['costs', 'c'],
  outputTokens: ['output_tokens', 'oc'],
} as const;

const mostProblems = 20;

/**
 * Reads training rows from JSON Lines: `{"prompt": …, "scores": {"provider/model": 1}}`, or with `messages` in place of the prompt; `id`, `task`,
 * `costs` (dollars) and `output_tokens` may stand beside.
 */
export class JsonlRows implements RowReader {
  readonly #wishes: InputWishes;
  readonly #limits: InputLimits;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #places = new Map<string, number>();
  readonly #rows: ScoredRow[] = [];
  readonly #rejected: RejectedRow[] = [];
  readonly #problems: InputProblem[] = [];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #read = 0;
  #line = 1;

  constructor(wishes: InputWishes, limits: InputLimits = inputLimits) {
    this.#wishes = wishes;
    this.#limits = limits;
    for (const model of wishes.models ?? []) this.#places.set(model, this.#places.size);
  }

  push(bytes: Uint8Array): void {
    this.#read += bytes.length;
    if (this.#read > this.#limits.bytes)
      throw inputError(this.#line, 1, `the file has more than ${this.#limits.bytes} bytes; send fewer rows`);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      this.#hold(bytes.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    // The caller may use its buffer again.
    this.#hold(bytes.slice(start));
  }

  end(): ScoredRows {
    this.#endLine();
    if (this.#problems.length > 0) throw new TrainingInputError(this.#problems);
    const models = [...this.#places.keys()];
    const rows = this.#rows.map((row) => widened(row, models.length));
    return finishRows({ models, rows, rejected: this.#rejected }, this.#wishes);
  }

  #hold(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > this.#limits.cellBytes)
      throw inputError(this.#line, 1, `a line has more than ${this.#limits.cellBytes} bytes`);
    this.#pending.push(bytes);
  }

  #endLine(): void {
    const text = this.#lineText().trim();
    if (text !== '') this.#take(text);
    this.#line += 1;
  }

  #lineText(): string {
    const whole = new Uint8Array(this.#pendingBytes);
    let at = 0;
    for (const piece of this.#pending) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      return this.#decoder.decode(whole);
    } catch {
      throw inputError(this.#line, 1, 'the line is not UTF-8');
    }
  }

  #take(text: string): void {
    const row = this.#rowOf(this.#object(text), text);
    if ('reason' in row) this.#rejected.push(row);
    else this.#rows.push(row);
    if (this.#rows.length > this.#limits.rows)
      throw inputError(this.#line, 1, `there are more than ${this.#limits.rows} rows; send fewer`);
    if (this.#problems.length >= mostProblems) throw new TrainingInputError(this.#problems);
  }

  #object(text: string): JsonObject {
    let read: unknown;
    try {
      read = JSON.parse(text);
    } catch {
      const fault = findJsonFault(text);
      throw inputError(
        this.#line,
        fault?.column ?? 1,
        `the line is not JSON; expected ${fault?.expected ?? 'an object'}`,
      );
    }
    if (!isObject(read)) throw inputError(this.#line, 1, 'each line must be a JSON object');
    return read;
  }

  #rowOf(object: JsonObject, text: string): ScoredRow | RejectedRow {
    const { prompt, system } = promptOf(object);
    if (prompt.trim() === '') return { line: this.#line, reason: 'no prompt' };
    const scores = this.#numbers(object, 'scores', text);
    if (scores.every(Number.isNaN)) return { line: this.#line, reason: 'no score' };
    const { id, task } = object;
    return {
      line: this.#line,
      id: typeof id === 'string' || typeof id === 'number' ? String(id) : `line ${this.#line}`,
      prompt: clipped(prompt),
      promptCharacters: prompt.length,
      ...(system === '' ? {} : { system: clipped(system) }),
      ...(typeof task === 'string' ? { task } : {}),
      scores,
      costs: this.#numbers(object, 'costs', text),
      outputTokens: this.#numbers(object, 'outputTokens', text),
    };
  }

  #numbers(object: JsonObject, what: keyof typeof members, text: string): number[] {
    const name = members[what].find((each) => isObject(object[each]));
    const given = name === undefined ? undefined : object[name];
    const values: number[] = new Array<number>(this.#places.size).fill(Number.NaN);
    for (const [model, value] of isObject(given) ? Object.entries(given) : []) {
      if (value === null) continue;
      const place = this.#placeOf(model, what);
      const known = typeof value === 'boolean' ? Number(value) : value;
      if (place === undefined) {
        const pool = this.#wishes.models;
        if (what === 'scores' && pool !== undefined)
          this.#problem(text, model, `"${model.slice(0, 100)}" is not in the pool (${pool.join(', ')})`);
      } else if (typeof known === 'number' && Number.isFinite(known)) values[place] = known;
      else this.#problem(text, model, `${name}."${model.slice(0, 100)}" must be a number, not ${kindOf(value)}`);
    }
    return values;
  }

  /** A model takes its place when it first has a score; where the pool is given, no other takes part. */
  #placeOf(model: string, what: keyof typeof members): number | undefined {
    const known = this.#places.get(model);
    if (known !== undefined || what !== 'scores' || this.#wishes.models !== undefined) return known;
    if (this.#places.size >= this.#limits.columns)
      throw inputError(this.#line, 1, `there are more than ${this.#limits.columns} models`);
    this.#places.set(model, this.#places.size);
    return this.#places.size - 1;
  }

  #problem(text: string, model: string, message: string): void {
    this.#problems.push({ line: this.#line, column: Math.max(0, text.indexOf(JSON.stringify(model))) + 1, message });
  }
}

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return 'an infinite number';
  return typeof value === 'string' ? 'text' : 'an object';
};

const widened = (row: ScoredRow, models: number): ScoredRow => {
  const wide = (values: readonly number[]): number[] =>
    Array.from({ length: models }, (_, model) => values[model] ?? Number.NaN);
  return { ...row, scores: wide(row.scores), costs: wide(row.costs), outputTokens: wide(row.outputTokens) };
};

/** The last user message, and the system prompts in front of it. */
const promptOf = ({ prompt, messages, system }: JsonObject): { readonly prompt: string; readonly system: string } => {
  if (typeof prompt === 'string') return { prompt, system: typeof system === 'string' ? system : '' };
  const turns = (Array.isArray(messages) ? messages : []).filter(isObject);
  const textsOf = (roles: readonly string[]): readonly string[] =>
    turns
      .filter(({ role }) => typeof role === 'string' && roles.includes(role))
      .map(({ content }) => contentText(content));
  return { prompt: textsOf(['user']).at(-1) ?? '', system: textsOf(['system', 'developer']).join('\n') };
};

const contentText = (content: unknown): string => {
  if (typeof content === 'string') return content;
  const parts = (Array.isArray(content) ? content : []).filter(isObject);
  return parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('');
};
