/** A block as a wire shows it, while it grows. */
export interface GrowingView<Delta> {
  add(delta: Delta): void;
  end(): void;
}

interface WaitingBlock<Block, Delta> {
  readonly block: Block;
  readonly deltas: Delta[];
  ended: boolean;
}

/**
 * Shows blocks one after the other, for wires on which they cannot be open together: what a later block says is held back until the earlier one has
 * ended.
 */
export class BlockQueue<Block, Delta> {
  readonly #show: (index: number, block: Block) => GrowingView<Delta> | undefined;
  readonly #waiting = new Map<number, WaitingBlock<Block, Delta>>();
  #shown: { readonly index: number; readonly view: GrowingView<Delta> | undefined } | undefined;

  /** `show` begins a block; undefined when the wire cannot show it. */
  constructor(show: (index: number, block: Block) => GrowingView<Delta> | undefined) {
    this.#show = show;
  }

  start(index: number, block: Block): void {
    if (this.#shown === undefined) this.#shown = { index, view: this.#show(index, block) };
    else this.#waiting.set(index, { block, deltas: [], ended: false });
  }

  add(index: number, delta: Delta): void {
    if (this.#shown?.index === index) this.#shown.view?.add(delta);
    else this.#waiting.get(index)?.deltas.push(delta);
  }

  end(index: number): void {
    if (this.#shown?.index !== index) {
      const waiting = this.#waiting.get(index);
      if (waiting !== undefined) waiting.ended = true;
      return;
    }
    this.#shown.view?.end();
    this.#shown = undefined;
    this.#showNext();
  }

  endAll(): void {
    for (const waiting of this.#waiting.values()) waiting.ended = true;
    if (this.#shown !== undefined) this.end(this.#shown.index);
  }

  /** Shows the blocks that waited, up to the first that has not ended. */
  #showNext(): void {
    for (const [index, { block, deltas, ended }] of this.#waiting) {
      this.#waiting.delete(index);
      this.#shown = { index, view: this.#show(index, block) };
      for (const delta of deltas) this.#shown.view?.add(delta);
      if (!ended) return;
      this.#shown.view?.end();
      this.#shown = undefined;
    }
  }
}
