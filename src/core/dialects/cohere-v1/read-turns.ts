import { invalidField } from '../../errors/gateway-error.ts';
import type { Block, MediaBlock, ToolCallBlock, Turn } from '../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../json/json.ts';
import { wrongType } from '../checked/site.ts';
import { readDocument } from '../cohere/wire/documents.ts';
import { restOf } from '../cohere/wire/own.ts';
import { readArray, readObject, readString } from '../openai-chat/wire/read-member.ts';
import { metaOf } from './own.ts';
import { readCall, readOutputs } from './tool-calls.ts';

/**
 * Reads a conversation: `preamble`, then `chat_history`, then what is said now, which is `message` or `tool_results`. Documents stand before what
 * the user said last.
 */
export const readTurns = (body: JsonObject): readonly Turn[] => {
  const reader = new TurnReader();
  const preamble = readString(body, 'preamble') ?? '';
  if (preamble !== '') reader.add({ role: 'system', blocks: [{ kind: 'text', text: preamble }] });
  (readArray(body, 'chat_history') ?? []).forEach((entry, place) => {
    reader.history(entry, `chat_history[${place}]`);
  });
  const results = readArray(body, 'tool_results') ?? [];
  const message = body['message'];
  if (typeof message !== 'string') throw wrongType('message', 'a string', message);
  if (message === '' && results.length === 0)
    throw invalidField('message', 'is empty; send what the user says, or "tool_results".');
  if (message !== '') reader.add({ role: 'user', blocks: [{ kind: 'text', text: message }] });
  if (results.length > 0) reader.results(results, 'tool_results');
  return withDocuments(reader.turns, readDocuments(body));
};

class TurnReader {
  readonly turns: Turn[] = [];
  #calls = 0;
  /** Calls that have no result yet. */
  readonly #open: ToolCallBlock[] = [];

  add(turn: Turn): void {
    this.turns.push(turn);
  }

  history(entry: Json, path: string): void {
    if (!isObject(entry)) throw wrongType(path, 'an object', entry);
    const word = readString(entry, 'role', `${path}.role`) ?? '';
    const role = roles.get(word.toUpperCase());
    if (role === undefined) throw invalidField(`${path}.role`, 'must be "USER", "CHATBOT", "SYSTEM" or "TOOL".');
    const meta = metaOf({
      role: role === 'system' || word !== word.toUpperCase() ? word : undefined,
      members: restOf(entry, knownEntry),
    });
    if (role === 'tool') this.results(readArray(entry, 'tool_results', `${path}.tool_results`) ?? [], path);
    else this.add({ role, blocks: this.#said(entry, path, role === 'assistant'), ...meta });
  }

  /** Results name the calls they answer in full. Those of a turn that the client left out are put back, so that every result has its call. */
  results(results: readonly Json[], path: string): void {
    const wire = results.map((result, place) => readResult(result, `${path}[${place}]`));
    const answered = wire.map(({ call }) => this.#take(call));
    const missing = answered.flatMap((id, place) => (id === undefined ? [place] : []));
    const made = missing.map((place) => readCall(wire[place]?.call ?? {}, this.#newId()));
    if (made.length > 0) this.add({ role: 'assistant', blocks: made, ...metaOf({ implied: true }) });
    let next = 0;
    const blocks: readonly Block[] = wire.map(({ outputs }, place) => ({
      kind: 'tool-result',
      callId: answered[place] ?? made[next++]?.id ?? '',
      failed: false,
      ...readOutputs(outputs),
    }));
    this.add({ role: 'tool', blocks });
  }

  #said(entry: JsonObject, path: string, calls: boolean): readonly Block[] {
    const text = readString(entry, 'message', `${path}.message`) ?? '';
    const words: readonly Block[] = text === '' ? [] : [{ kind: 'text', text }];
    if (!calls) return words;
    const made = (readArray(entry, 'tool_calls', `${path}.tool_calls`) ?? []).map((call, place) => {
      if (!isObject(call)) throw wrongType(`${path}.tool_calls[${place}]`, 'an object', call);
      return readCall(call, this.#newId());
    });
    this.#open.push(...made);
    return [...words, ...made];
  }

  /** The id of the open call that says the same, else of one with the same name. */
  #take(call: JsonObject): string | undefined {
    const { name, argumentsJson } = readCall(call, '');
    const same = this.#open.findIndex((open) => open.name === name && open.argumentsJson === argumentsJson);
    const at = same >= 0 ? same : this.#open.findIndex((open) => open.name === name);
    return at < 0 ? undefined : this.#open.splice(at, 1)[0]?.id;
  }

  #newId(): string {
    return `call_${this.#calls++}`;
  }
}

const readResult = (result: Json, path: string): { readonly call: JsonObject; readonly outputs: readonly Json[] } => {
  if (!isObject(result)) throw wrongType(path, 'an object with "call" and "outputs"', result);
  const call = readObject(result, 'call', `${path}.call`);
  if (call === undefined) throw wrongType(`${path}.call`, 'an object with "name" and "parameters"', result['call']);
  if (typeof call['name'] !== 'string') throw wrongType(`${path}.call.name`, 'a string', call['name']);
  const outputs = result['outputs'];
  if (!isArray(outputs)) throw wrongType(`${path}.outputs`, 'an array of objects', outputs);
  return { call, outputs };
};

/** A document's members stand side by side here, and in `data` in the newer interface. */
const readDocuments = (body: JsonObject): readonly MediaBlock[] =>
  (readArray(body, 'documents') ?? []).map((document, place) => {
    if (typeof document === 'string') return readDocument(document);
    if (!isObject(document)) throw wrongType(`documents[${place}]`, 'an object of texts', document);
    const { id, ...data } = document;
    return readDocument({ ...(id === undefined ? {} : { id }), data });
  });

const withDocuments = (turns: readonly Turn[], documents: readonly MediaBlock[]): readonly Turn[] => {
  const at = turns.findLastIndex((turn) => turn.role === 'user');
  const turn = turns[at];
  if (documents.length === 0) return turns;
  if (turn === undefined) return [...turns, { role: 'user', blocks: documents }];
  return turns.with(at, { ...turn, blocks: [...documents, ...turn.blocks] });
};

const roles: ReadonlyMap<string, Turn['role']> = new Map([
  ['USER', 'user'],
  ['CHATBOT', 'assistant'],
  ['SYSTEM', 'system'],
  ['TOOL', 'tool'],
]);

const knownEntry = new Set(['role', 'message', 'tool_calls', 'tool_results']);
