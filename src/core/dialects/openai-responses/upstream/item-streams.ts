import type { Block, Delta, StreamEvent } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import type { BlockTracker } from '../../../stream/block-tracker.ts';
import { decodeItem, itemLogprobs, itemMembers } from '../wire/decode-item.ts';
import { decodeLogprobs } from '../wire/logprobs.ts';
import { writeMeta } from '../wire/own.ts';
import { type Sign, strongerSign } from '../wire/stop-reason.ts';

/** One block of an item, as far as it was told. Hosts do not agree on where content indexes begin, so parts count in the order they came. */
interface StreamPart {
  readonly key: string;
  length: number;
  citations: number;
}

interface StreamItem {
  readonly key: string;
  readonly id: string | undefined;
  /** The first block's members, until it has begun. */
  members: JsonObject | undefined;
  readonly parts: StreamPart[];
  logprobs: boolean;
  done: boolean;
}

/** Which parts of an item an event counts in: content parts or those of the summary. */
export type PartList = 'content' | 'summary';

/**
 * Follows the items of a stream and gives their blocks. What deltas told is completed from the finished item, so an item may also come whole
 * (only `output_item.done`), or be told by the terminal response alone.
 */
export class ItemStreams {
  readonly #tracker: BlockTracker;
  readonly #items = new Map<string, StreamItem>();
  readonly #ids = new Map<string, StreamItem>();
  #sign: Sign | undefined;

  constructor(tracker: BlockTracker) {
    this.#tracker = tracker;
  }

  /** What of the blocks told says why the answer ended. */
  get sign(): Sign | undefined {
    return this.#sign;
  }

  added(event: JsonObject): readonly StreamEvent[] {
    const wire = event['item'];
    if (!isObject(wire)) return [];
    const item = this.#item(event, stringAt(wire, 'id'));
    // Told twice: its blocks have begun.
    if (item.parts.length > 0) return [];
    item.members = itemMembers(wire, 'answer');
    const type = stringAt(wire, 'type');
    if (type !== 'function_call' && type !== 'custom_tool_call') return [];
    // A call without its names is read when it is finished.
    if (stringAt(wire, 'call_id') === undefined || stringAt(wire, 'name') === undefined) return [];
    const [block] = decodeItem(wire, 'answer');
    return block === undefined ? [] : [this.#start(item, `${item.key}:call`, block)];
  }

  /** More of a text, thinking or refusal part; the first piece begins its block. */
  text(event: JsonObject, list: PartList, block: Block): readonly StreamEvent[] {
    const item = this.#item(event, undefined);
    const { part, events } = this.#part(item, partKey(item, event, list), block);
    const text = stringAt(event, 'delta') ?? '';
    const logprobs = decodeLogprobs(event['logprobs']);
    const out = [...events];
    if (text !== '') {
      part.length += text.length;
      this.#delta(out, part, { kind: 'text', text });
    }
    if (logprobs.length > 0) {
      item.logprobs = true;
      this.#delta(out, part, { kind: 'logprobs', logprobs });
    }
    return out;
  }

  citation(event: JsonObject, citation: Extract<Delta, { readonly kind: 'citation' }>): readonly StreamEvent[] {
    const item = this.#item(event, undefined);
    const { part, events } = this.#part(item, partKey(item, event, 'content'), { kind: 'text', text: '' });
    const out = [...events];
    part.citations += 1;
    this.#delta(out, part, citation);
    return out;
  }

  arguments(event: JsonObject): readonly StreamEvent[] {
    const part = this.#item(event, undefined).parts.at(-1);
    const text = stringAt(event, 'delta');
    if (part === undefined || text === undefined || text === '') return [];
    part.length += text.length;
    const out: StreamEvent[] = [];
    this.#delta(out, part, { kind: 'arguments', text });
    return out;
  }

  /** The finished item: completes what was told of it and ends its blocks. */
  done(event: JsonObject): readonly StreamEvent[] {
    const wire = event['item'];
    return isObject(wire) ? this.#finish(this.#item(event, stringAt(wire, 'id')), wire) : [];
  }

  /** The terminal response's items: finishes those that were left open and gives those that were never told. */
  terminal(output: readonly Json[]): readonly StreamEvent[] {
    const told = this.#items.size;
    return output.flatMap((wire, index) => {
      if (!isObject(wire)) return [];
      const known = this.#ids.get(stringAt(wire, 'id') ?? '') ?? this.#items.get(String(index));
      if (known === undefined && told >= output.length) return [];
      return this.#finish(known ?? this.#item({ output_index: index }, stringAt(wire, 'id')), wire);
    });
  }

  #item(event: JsonObject, id: string | undefined): StreamItem {
    const itemId = id ?? stringAt(event, 'item_id');
    const key = String(numberAt(event, 'output_index') ?? itemId ?? this.#items.size);
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const item: StreamItem = { key, id: itemId, members: undefined, parts: [], logprobs: false, done: false };
    this.#items.set(key, item);
    if (itemId !== undefined) this.#ids.set(itemId, item);
    return item;
  }

  /** The part, begun if it is new; the part before it in the item has then ended. */
  #part(
    item: StreamItem,
    key: string,
    block: Block,
  ): { readonly part: StreamPart; readonly events: readonly StreamEvent[] } {
    const known = item.parts.find((part) => part.key === key);
    if (known !== undefined) return { part: known, events: [] };
    const ended = this.#endLast(item);
    const started = this.#start(item, key, block);
    return { part: item.parts.at(-1) ?? { key, length: 0, citations: 0 }, events: [...ended, started] };
  }

  #start(item: StreamItem, key: string, block: Block): StreamEvent {
    this.#sign = strongerSign(this.#sign, block);
    const members = item.parts.length === 0 && block.kind !== 'tool-call' ? item.members : undefined;
    const marked = members === undefined ? block : ({ ...block, ...writeMeta({ item: members }) } as Block);
    const length = 'text' in block ? block.text.length : block.kind === 'tool-call' ? block.argumentsJson.length : 0;
    item.parts.push({ key, length, citations: block.kind === 'text' ? (block.citations?.length ?? 0) : 0 });
    return this.#tracker.start(0, key, marked);
  }

  #endLast(item: StreamItem): readonly StreamEvent[] {
    const last = item.parts.at(-1);
    return last === undefined ? [] : this.#tracker.end(0, last.key);
  }

  #finish(item: StreamItem, wire: JsonObject): readonly StreamEvent[] {
    if (item.done) return [];
    item.done = true;
    const out: StreamEvent[] = [];
    const blocks = decodeItem(wire, 'answer');
    for (const [index, block] of blocks.entries()) this.#complete(out, item, { block, index });
    this.#seal(out, item, blocks.at(-1));
    this.#missingLogprobs(out, item, wire);
    out.push(...this.#endLast(item));
    return out;
  }

  /** Gives of a finished block what its part has not told yet; a block without a part is given whole. */
  #complete(
    out: StreamEvent[],
    item: StreamItem,
    { block, index }: { readonly block: Block; readonly index: number },
  ): void {
    const part = item.parts[index];
    if (part === undefined) {
      const empty = block.kind === 'thinking' && block.text === '' && index > 0;
      if (empty) return;
      out.push(...this.#endLast(item), this.#startWhole(item, block, index));
      return;
    }
    if (block.kind === 'tool-call') this.#rest(out, part, { kind: 'arguments', text: block.argumentsJson });
    else if ('text' in block) this.#rest(out, part, { kind: 'text', text: block.text });
    const citations = block.kind === 'text' ? (block.citations ?? []).slice(part.citations) : [];
    for (const citation of citations) this.#delta(out, part, { kind: 'citation', citation });
  }

  #startWhole(item: StreamItem, block: Block, index: number): StreamEvent {
    item.members = undefined;
    return this.#start(item, `${item.key}:whole:${index}`, block);
  }

  #rest(
    out: StreamEvent[],
    part: StreamPart,
    whole: { readonly kind: 'text' | 'arguments'; readonly text: string },
  ): void {
    const text = whole.text.slice(part.length);
    if (text === '') return;
    part.length = whole.text.length;
    this.#delta(out, part, { kind: whole.kind, text });
  }

  /** An item's seal is told when it is finished, and stands on its last block. A block that was given whole has it already. */
  #seal(out: StreamEvent[], item: StreamItem, block: Block | undefined): void {
    const part = item.parts.at(-1);
    if (block?.kind !== 'thinking' || block.seal === undefined || part === undefined) return;
    if (!part.key.includes(':whole:')) this.#delta(out, part, { kind: 'seal', seal: block.seal });
  }

  #missingLogprobs(out: StreamEvent[], item: StreamItem, wire: JsonObject): void {
    const part = item.parts.at(-1);
    const logprobs = item.logprobs ? [] : itemLogprobs(wire);
    if (part !== undefined && logprobs.length > 0) this.#delta(out, part, { kind: 'logprobs', logprobs });
  }

  /** A part whose block has ended takes no more. */
  #delta(out: StreamEvent[], part: StreamPart, delta: Delta): void {
    const event = this.#tracker.delta(0, part.key, delta);
    if (event !== undefined) out.push(event);
  }
}

const partKey = (item: StreamItem, event: JsonObject, list: PartList): string =>
  `${item.key}:${list}:${numberAt(event, list === 'summary' ? 'summary_index' : 'content_index') ?? 0}`;
