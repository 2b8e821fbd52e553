import type { JsonDraft, JsonObject } from '../../../json/json.ts';

/** Sends one event of the stream; whole answers are built with one that does nothing. */
export type Emit = (type: string, members: JsonObject) => void;

/** An item of the answer while it is written. */
export interface OutputItem {
  readonly index: number;
  readonly id: string;
  readonly wire: JsonDraft;
  /** Whether it came with an id, from a provider of this dialect. */
  readonly named: boolean;
  /** Parts that have not ended. */
  openParts: number;
  /** Whether a later block may still join. */
  closing: boolean;
  done: boolean;
}

/**
 * The items of one answer, in order. A message and a reasoning item stay open after their last part, since the next block may belong to them;
 * any other item that follows closes them.
 */
export class OutputItems {
  readonly list: OutputItem[] = [];
  readonly #replyId: string;
  readonly #emit: Emit;

  constructor(replyId: string, emit: Emit) {
    this.#replyId = replyId;
    this.#emit = emit;
  }

  get wires(): readonly JsonObject[] {
    return this.list.map((item) => item.wire);
  }

  /** The last item, if it is of the type and a further part may join it. */
  joinable(type: string): OutputItem | undefined {
    const last = this.list.at(-1);
    return last !== undefined && !last.closing && last.wire['type'] === type ? last : undefined;
  }

  /** Adds an item and closes the one before. `prefix` begins its id, unless it has one already. */
  open(prefix: string, wire: JsonDraft): OutputItem {
    this.closeLast();
    const index = this.list.length;
    const known = wire['id'];
    const named = typeof known === 'string';
    const id = named ? known : `${prefix}_${this.#replyId}_${index}`;
    const item = { index, id, named, wire: { ...wire, id }, openParts: 0, closing: false, done: false };
    this.list.push(item);
    this.#emit('response.output_item.added', { output_index: index, item: item.wire });
    return item;
  }

  /** Adds an item that is complete from the start. */
  whole(prefix: string, wire: JsonDraft): void {
    this.close(this.open(prefix, wire));
  }

  /** No further part may join; the item ends with its last open part. */
  close(item: OutputItem): void {
    item.closing = true;
    this.settle(item);
  }

  closeLast(): void {
    const last = this.list.at(-1);
    if (last !== undefined) this.close(last);
  }

  /** Ends an item that is closing and has no open part. */
  settle(item: OutputItem): void {
    if (item.done || !item.closing || item.openParts > 0) return;
    item.done = true;
    if (item.wire['status'] === 'in_progress') item.wire['status'] = 'completed';
    this.#emit('response.output_item.done', { output_index: item.index, item: item.wire });
  }
}
