import type { Seal, StreamEvent, ThinkingBlock } from '../../../../ir/index.ts';
import { arrayAt, isArray, isObject, type Json, type JsonObject, stringAt } from '../../../../json/json.ts';
import { metaOf } from '../../wire/own.ts';
import { plainThinking, providerSeal, readDetail, readThinkingEntry, sealsSummary } from '../../wire/thinking.ts';

/** The reasoning block that is being written. `type` and `number` tell whether the next entry goes on with it. */
interface OpenThought {
  readonly block: ThinkingBlock;
  readonly index: number;
  readonly type: string;
  readonly number: Json | undefined;
  sealed: boolean;
}

export interface ThoughtHost {
  readonly choice: number;
  /** Ends the block that is open, whatever it is, and takes the next number. */
  openBlock(events: StreamEvent[]): number;
}

/** Reads reasoning of a stream, from whichever member holds it. */
export class ThinkingStream {
  readonly #host: ThoughtHost;
  #open: OpenThought | undefined;

  constructor(host: ThoughtHost) {
    this.#host = host;
  }

  get openIndex(): number | undefined {
    return this.#open?.index;
  }

  push(delta: JsonObject, events: StreamEvent[]): void {
    const details = delta['reasoning_details'];
    const hasDetails = isArray(details) && details.length > 0;
    const entries = hasDetails ? details : arrayAt(delta, 'thinking_blocks');
    const plain = entries.some(hasText) ? undefined : plainThinking(delta);
    if (plain !== undefined) this.add(plain, 'plain', events);
    for (const entry of entries) if (isObject(entry)) this.#addEntry(entry, hasDetails, events);
  }

  /** More of a block without seals; `type` tells one source from another. */
  add(thought: ThinkingBlock, type: string, events: StreamEvent[]): void {
    if (thought.text === '') return;
    if (this.#open?.type !== type || this.#open.sealed) this.#start(thought, { type, number: undefined }, events);
    this.#text(thought.text, events);
  }

  end(events: StreamEvent[]): void {
    if (this.#open === undefined) return;
    events.push({ kind: 'block-end', choice: this.#host.choice, index: this.#open.index });
    this.#open = undefined;
  }

  #addEntry(entry: JsonObject, detail: boolean, events: StreamEvent[]): void {
    const block = detail ? readDetail(entry, providerSeal) : readThinkingEntry(entry, providerSeal);
    const place = { type: stringAt(entry, 'type') ?? '', number: entry['index'] };
    if (this.#open !== undefined && block.seal !== undefined && sealsSummary(this.#open.block, entry)) {
      this.#seal(block.seal, events);
      return;
    }
    if (block.redacted === true) {
      this.#start(block, place, events);
      if (this.#open !== undefined) this.#open.sealed = true;
      return;
    }
    if (block.text === '' && block.seal === undefined) return;
    if (!this.#goesOn(block, place)) this.#start({ ...block }, place, events);
    this.#text(block.text, events);
    if (block.seal !== undefined) this.#seal(block.seal, events);
  }

  /** A signature without text may also close thoughts that came as plain text. */
  #goesOn(block: ThinkingBlock, place: { readonly type: string; readonly number: Json | undefined }): boolean {
    const open = this.#open;
    if (open === undefined || open.sealed) return false;
    if (open.type === 'plain') return block.text === '';
    return open.type === place.type && open.number === place.number;
  }

  #start(
    thought: ThinkingBlock,
    place: { readonly type: string; readonly number: Json | undefined },
    events: StreamEvent[],
  ): void {
    const index = this.#host.openBlock(events);
    const { seal, ...rest } = thought;
    const block: ThinkingBlock = thought.redacted === true ? thought : { ...rest, text: '' };
    this.#open = { block, index, ...place, sealed: false };
    events.push({ kind: 'block-start', choice: this.#host.choice, index, block });
  }

  #text(text: string, events: StreamEvent[]): void {
    if (this.#open === undefined || text === '') return;
    events.push({
      kind: 'block-delta',
      choice: this.#host.choice,
      index: this.#open.index,
      delta: { kind: 'text', text },
    });
  }

  #seal(seal: Seal, events: StreamEvent[]): void {
    if (this.#open === undefined) return;
    this.#open.sealed = true;
    events.push({
      kind: 'block-delta',
      choice: this.#host.choice,
      index: this.#open.index,
      delta: { kind: 'seal', seal },
    });
  }
}

/** Reasoning that came as a part of the content. */
export const contentThought = (text: string): ThinkingBlock => ({
  kind: 'thinking',
  text,
  ...metaOf({ member: 'content' }),
});

const hasText = (entry: Json): boolean =>
  ['text', 'summary', 'thinking'].some((name) => (stringAt(entry, name) ?? '') !== '');
