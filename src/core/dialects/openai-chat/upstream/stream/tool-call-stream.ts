import type { StreamEvent, ToolCallBlock } from '../../../../ir/index.ts';
import { isObject, type JsonObject, numberAt, objectAt, stringAt } from '../../../../json/json.ts';
import { textOf } from '../../wire/own.ts';
import { readCallSeal, readFunctionCall, readToolCall } from '../../wire/tool-calls.ts';

interface OpenCall {
  id: string;
  name: string;
  /** The block's number once it has started, which is when the name is known. */
  block: number | undefined;
  /** Arguments that came before the name. */
  early: string;
}

/** What the calls of a choice need from it. */
export interface CallHost {
  readonly choice: number;
  /** Takes the next block number and ends an open text or reasoning block. */
  openBlock(events: StreamEvent[]): number;
  makeId(place: number): string;
}

/**
 * Reads deltas of tool calls. Hosts differ: some send no index, some whole calls, some repeat id and name in every chunk, some begin a new
 * call under an index that is taken.
 */
export class ToolCallStream {
  readonly #host: CallHost;
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  #legacy: OpenCall | undefined;
  #closed = 0;

  constructor(host: CallHost) {
    this.#host = host;
  }

  get started(): boolean {
    return this.#calls.some((call) => call.block !== undefined);
  }

  /** The number of the block that is being written; undefined before the first. */
  get lastBlock(): number | undefined {
    return this.#calls.at(-1)?.block;
  }

  push(wire: JsonObject, events: StreamEvent[]): void {
    const body = objectAt(wire, 'function') ?? objectAt(wire, 'custom');
    const call = this.#find(wire, filled(body, 'name'), events);
    call.id = call.id === '' ? (filled(wire, 'id') ?? '') : call.id;
    call.name = call.name === '' ? (filled(body, 'name') ?? '') : call.name;
    const seal = call.block === undefined ? undefined : readCallSeal(wire);
    this.#start(call, () => readToolCall(wire, ''), events);
    this.#append(call, textOf(body?.['arguments'] ?? body?.['input']), events);
    if (seal !== undefined && call.block !== undefined)
      events.push({ kind: 'block-delta', choice: this.#host.choice, index: call.block, delta: { kind: 'seal', seal } });
  }

  /** The older `function_call`: one per choice, without id or index. */
  pushLegacy(wire: JsonObject, events: StreamEvent[]): void {
    this.#legacy ??= this.#add();
    const call = this.#legacy;
    call.name = call.name === '' ? (filled(wire, 'name') ?? '') : call.name;
    this.#start(call, () => readFunctionCall(wire, ''), events);
    this.#append(call, textOf(wire['arguments']), events);
  }

  /** Ends the calls. One that never got a name calls nothing. */
  end(events: StreamEvent[]): void {
    for (const call of this.#calls) {
      if (call.block !== undefined) events.push({ kind: 'block-end', choice: this.#host.choice, index: call.block });
    }
  }

  #find(wire: JsonObject, name: string | undefined, events: StreamEvent[]): OpenCall {
    const index = numberAt(wire, 'index');
    const id = filled(wire, 'id');
    if (index === undefined) return this.#findWithoutIndex(id, name);
    const known = this.#byIndex.get(index);
    const renewed = known !== undefined && id !== undefined && name !== undefined && known.id !== '' && known.id !== id;
    if (known !== undefined && !renewed) return known;
    if (known !== undefined) this.#close(known, events);
    const call = this.#add();
    this.#byIndex.set(index, call);
    return call;
  }

  #findWithoutIndex(id: string | undefined, name: string | undefined): OpenCall {
    const known = id === undefined ? undefined : this.#calls.find((call) => call.id === id);
    if (known !== undefined) return known;
    const last = this.#calls.at(-1);
    return last === undefined || id !== undefined || name !== undefined ? this.#add() : last;
  }

  #add(): OpenCall {
    const call: OpenCall = { id: '', name: '', block: undefined, early: '' };
    this.#calls.push(call);
    return call;
  }

  /** A call whose index was taken over is complete. */
  #close(call: OpenCall, events: StreamEvent[]): void {
    if (call.block === undefined) return;
    events.push({ kind: 'block-end', choice: this.#host.choice, index: call.block });
    this.#closed += 1;
    this.#calls.splice(this.#calls.indexOf(call), 1);
  }

  #start(call: OpenCall, read: () => ToolCallBlock, events: StreamEvent[]): void {
    if (call.block === undefined && call.name !== '') this.#open(call, read(), events);
  }

  #open(call: OpenCall, block: ToolCallBlock, events: StreamEvent[]): void {
    call.block = this.#host.openBlock(events);
    if (call.id === '') call.id = this.#host.makeId(this.#closed + this.#calls.indexOf(call));
    events.push({
      kind: 'block-start',
      choice: this.#host.choice,
      index: call.block,
      block: { ...block, id: call.id, name: call.name, argumentsJson: call.early },
    });
  }

  #append(call: OpenCall, text: string, events: StreamEvent[]): void {
    if (text === '') return;
    if (call.block === undefined) {
      call.early += text;
      return;
    }
    const delta = { kind: 'arguments', text } as const;
    events.push({ kind: 'block-delta', choice: this.#host.choice, index: call.block, delta });
  }
}

/** The member when it is text that says something: hosts write null or '' in later chunks. */
const filled = (holder: JsonObject | undefined, name: string): string | undefined => {
  if (!isObject(holder)) return undefined;
  const text = stringAt(holder, name);
  return text === '' ? undefined : text;
};
