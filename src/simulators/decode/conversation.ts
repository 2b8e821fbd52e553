import { type Json, parseJson } from '../../core/json/json.ts';
import type { SimulatedPart, SimulatedTurn, SystemText } from '../simulated-request.ts';

/** Arguments as a value: parsed where the text is JSON, `{}` for nothing, else the text itself. */
export const argumentsValue = (text: string): Json => (text.trim() === '' ? {} : (parseJson(text) ?? text));

interface KnownCall {
  readonly id: string;
  readonly name: string;
  readonly call: number;
  answered: boolean;
}

/**
 * Builds a conversation turn by turn in its neutral form: adjacent turns of one role grow together, calls are numbered, results find their
 * call by id, or by name where the wire has no ids.
 */
export class Conversation {
  readonly #turns: { role: 'user' | 'assistant'; parts: SimulatedPart[] }[] = [];
  readonly #system: SystemText[] = [];
  readonly #calls: KnownCall[] = [];
  #next = 0;

  get turns(): readonly SimulatedTurn[] {
    return this.#turns.map((turn) => ({ role: turn.role, parts: resultsFirst(turn.parts) }));
  }

  get system(): readonly SystemText[] {
    return this.#system;
  }

  /** Calls no result has answered. */
  get openCalls(): readonly { readonly id: string; readonly name: string }[] {
    return this.#calls.filter((call) => !call.answered);
  }

  addSystem(text: string, cache?: string): void {
    if (text === '') return;
    this.#system.push({ text, position: this.#turns.length, ...(cache === undefined ? {} : { cache }) });
  }

  add(role: 'user' | 'assistant', parts: readonly SimulatedPart[]): void {
    const kept = parts.filter((part) => part.kind !== 'text' || part.text !== '' || part.signature !== undefined);
    if (kept.length === 0) return;
    const last = this.#turns.at(-1);
    const systemBetween = this.#system.at(-1)?.position === this.#turns.length && this.#turns.length > 0;
    if (last !== undefined && last.role === role && !systemBetween) last.parts.push(...kept);
    else this.#turns.push({ role, parts: [...kept] });
  }

  /** The number of a new call. */
  openCall(id: string, name: string): number {
    const call = this.#next++;
    this.#calls.push({ id, name, call, answered: false });
    return call;
  }

  /** A call of a tool only the provider knows: results may name it, nothing need answer it, it has no number. */
  noteCall(id: string, name: string): void {
    this.#calls.push({ id, name, call: -1, answered: true });
  }

  hasCall(id: string): boolean {
    return this.#calls.some((call) => call.id === id);
  }

  /** The number of the call a result answers; -1 when there is none. An empty id means the wire has no ids: the first open call of the name. */
  answerCall(id: string, name?: string): number {
    const byId = id === '' ? undefined : this.#calls.find((call) => call.id === id && !call.answered);
    const repeated = id === '' ? undefined : this.#calls.find((call) => call.id === id);
    const byName = id === '' ? this.#calls.find((call) => call.name === name && !call.answered) : undefined;
    const known = byId ?? repeated ?? byName;
    if (known === undefined) return -1;
    known.answered = true;
    return known.call;
  }
}

/** Some wires must put results before the user's words, others may not: the neutral form always does. */
const resultsFirst = (parts: readonly SimulatedPart[]): readonly SimulatedPart[] => {
  const results = parts.filter((part) => part.kind === 'tool-result');
  if (results.length === 0) return parts;
  return [...results.toSorted((a, b) => a.call - b.call), ...parts.filter((part) => part.kind !== 'tool-result')];
};
