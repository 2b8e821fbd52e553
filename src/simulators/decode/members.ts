import type { DialectId } from '../../core/ir/dialect-id.ts';
import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';
import { refusal, type SimulatorRefusal } from '../simulator-refusal.ts';

export type Expected = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';

const openaiWords: Readonly<Record<Expected, string>> = {
  string: 'a string',
  number: 'a decimal',
  integer: 'an integer',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array of objects',
};

const anthropicWords: Readonly<Record<Expected, string>> = {
  string: 'Input should be a valid string',
  number: 'Input should be a valid number',
  integer: 'Input should be a valid integer',
  boolean: 'Input should be a valid boolean',
  object: 'Input should be an object',
  array: 'Input should be a valid array',
};

const geminiWords: Readonly<Record<Expected, string>> = {
  string: 'TYPE_STRING',
  number: 'TYPE_FLOAT',
  integer: 'TYPE_INT32',
  boolean: 'TYPE_BOOL',
  object: 'TYPE_MESSAGE',
  array: 'TYPE_MESSAGE',
};

const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  const kind = typeof value;
  if (kind === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return kind === 'object' ? 'an object' : `a ${kind}`;
};

/** The provider's own words for a member of the wrong type. */
export const wrongType = (
  dialect: DialectId,
  at: { path: string; expected: Expected },
  value: Json,
): SimulatorRefusal => {
  if (dialect === 'anthropic-messages') {
    const message = `${at.path.replaceAll(/\[(\d+)\]/g, '.$1')}: ${anthropicWords[at.expected]}`;
    return refusal(dialect, { status: 400, message });
  }
  if (dialect === 'gemini') {
    const message = `Invalid value at '${at.path}' (${geminiWords[at.expected]}), ${JSON.stringify(value).slice(0, 60)}`;
    return refusal(dialect, { status: 400, message });
  }
  if (dialect === 'bedrock-converse') {
    const message = `The value at ${at.path} is not ${openaiWords[at.expected]}.`;
    return refusal(dialect, { status: 400, message });
  }
  const message = `Invalid type for '${at.path}': expected ${openaiWords[at.expected]}, but got ${kindOf(value)} instead.`;
  return refusal(dialect, { status: 400, message, param: at.path, code: 'invalid_type' });
};

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Reads an object's members with their types checked, and keeps count of which were read: `rest` is what nobody asked for. `null` reads as
 * absent. Gemini members are found under their camelCase and snake_case names.
 */
export class Members {
  readonly dialect: DialectId;
  readonly path: string;
  readonly #value: JsonObject;
  readonly #taken = new Set<string>();

  constructor(dialect: DialectId, value: Json | undefined, path: string) {
    if (!isObject(value))
      throw wrongType(dialect, { path: path === '' ? 'body' : path, expected: 'object' }, value ?? null);
    this.dialect = dialect;
    this.path = path;
    this.#value = value;
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  any(name: string): Json | undefined {
    const written = this.dialect === 'gemini' && !(name in this.#value) ? snakeCase(name) : name;
    const member = this.#value[written];
    if (member !== undefined) this.#taken.add(written);
    return member === null ? undefined : member;
  }

  string(name: string): string | undefined {
    const member = this.any(name);
    if (member === undefined || typeof member === 'string') return member;
    throw this.#wrong(name, 'string', member);
  }

  number(name: string): number | undefined {
    const member = this.any(name);
    if (member === undefined || typeof member === 'number') return member;
    throw this.#wrong(name, 'number', member);
  }

  integer(name: string): number | undefined {
    const member = this.any(name);
    if (member === undefined || (typeof member === 'number' && Number.isInteger(member)))
      return member as number | undefined;
    throw this.#wrong(name, 'integer', member);
  }

  boolean(name: string): boolean | undefined {
    const member = this.any(name);
    if (member === undefined || typeof member === 'boolean') return member;
    throw this.#wrong(name, 'boolean', member);
  }

  object(name: string): JsonObject | undefined {
    const member = this.any(name);
    if (member === undefined || isObject(member)) return member;
    throw this.#wrong(name, 'object', member);
  }

  array(name: string): readonly Json[] | undefined {
    const member = this.any(name);
    if (member === undefined || isArray(member)) return member;
    throw this.#wrong(name, 'array', member);
  }

  strings(name: string): readonly string[] | undefined {
    const items = this.array(name);
    items?.forEach((item, index) => {
      if (typeof item !== 'string')
        throw wrongType(this.dialect, { path: `${this.at(name)}[${index}]`, expected: 'string' }, item);
    });
    return items as readonly string[] | undefined;
  }

  members(name: string): Members | undefined {
    const value = this.object(name);
    return value === undefined ? undefined : new Members(this.dialect, value, this.at(name));
  }

  /** Marks members as read without reading them. */
  skip(...names: readonly string[]): void {
    for (const name of names) this.any(name);
  }

  /** The members not read, under their paths. */
  rest(): JsonObject {
    const rest: JsonDraft = {};
    for (const [name, member] of Object.entries(this.#value)) {
      if (!this.#taken.has(name) && member !== null && member !== undefined) rest[this.at(name)] = member;
    }
    return rest;
  }

  #wrong(name: string, expected: Expected, value: Json): SimulatorRefusal {
    return wrongType(this.dialect, { path: this.at(name), expected }, value);
  }
}
