import type { Block, Delta } from '../../../ir/index.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { type ShownBlock, showBlock } from './shown-block.ts';

interface QueuedBlock {
  readonly shown: ShownBlock | undefined;
  readonly deltas: Delta[];
  ended: boolean;
}

/**
 * Brings blocks that are open together (parallel calls whose arguments come interleaved) one after the other, as this wire wants them: the
 * first open block is written at once, what comes for later ones waits until it ends.
 */
export class BlockQueue {
  readonly #queue = new Map<number, QueuedBlock>();
  readonly #spareId: string;
  #first: number | undefined;
  #nextIndex = 0;

  /** `spareId` begins the ids of calls that came without one. */
  constructor(spareId: string) {
    this.#spareId = spareId;
  }

  start(index: number, block: Block): readonly SseFrame[] {
    const shown = showBlock(block, () => this.#nextIndex++, `${this.#spareId}_${index}`);
    this.#queue.set(index, { shown, deltas: [], ended: false });
    if (this.#first !== undefined) return [];
    this.#first = index;
    return shown?.open() ?? [];
  }

  add(index: number, delta: Delta): readonly SseFrame[] {
    const queued = this.#queue.get(index);
    if (queued === undefined) return [];
    if (index === this.#first) return queued.shown?.add(delta) ?? [];
    queued.deltas.push(delta);
    return [];
  }

  end(index: number): readonly SseFrame[] {
    const queued = this.#queue.get(index);
    if (queued === undefined) return [];
    queued.ended = true;
    return index === this.#first ? this.#advance() : [];
  }

  endAll(): readonly SseFrame[] {
    for (const queued of this.#queue.values()) queued.ended = true;
    return this.#first === undefined ? [] : this.#advance();
  }

  /** Closes blocks from the front as long as they have ended, and opens the next one with what has waited for it. */
  #advance(): readonly SseFrame[] {
    const frames: SseFrame[] = [];
    for (const [index, queued] of this.#queue) {
      if (index !== this.#first) {
        frames.push(...(queued.shown?.open() ?? []));
        for (const delta of queued.deltas) frames.push(...(queued.shown?.add(delta) ?? []));
        queued.deltas.length = 0;
        this.#first = index;
      }
      if (!queued.ended) return frames;
      frames.push(...(queued.shown?.close() ?? []));
      this.#queue.delete(index);
    }
    this.#first = undefined;
    return frames;
  }
}
