import type { Block, Delta, StreamEvent } from '../ir/index.ts';

interface OpenBlock {
  readonly choice: number;
  readonly index: number;
}

/**
 * Numbers blocks as they open, per choice, and remembers which are open, so that interleaved parallel calls and choices each stay one block.
 * A key names a block for the wire that is being read: `text`, `tool:3`.
 */
export class BlockTracker {
  readonly #open = new Map<string, OpenBlock>();
  readonly #next = new Map<number, number>();

  isOpen(choice: number, key: string): boolean {
    return this.#open.has(`${choice}/${key}`);
  }

  /** Starts a block. Its key must not be open. */
  start(choice: number, key: string, block: Block): StreamEvent {
    const index = this.#next.get(choice) ?? 0;
    this.#next.set(choice, index + 1);
    this.#open.set(`${choice}/${key}`, { choice, index });
    return { kind: 'block-start', choice, index, block };
  }

  /** Adds to an open block; undefined when the key is not open. */
  delta(choice: number, key: string, delta: Delta): StreamEvent | undefined {
    const open = this.#open.get(`${choice}/${key}`);
    return open === undefined ? undefined : { kind: 'block-delta', choice, index: open.index, delta };
  }

  /** Starts the block if its key is not open, then adds to it. */
  append(choice: number, key: string, block: Block, delta: Delta): readonly StreamEvent[] {
    const known = this.delta(choice, key, delta);
    if (known !== undefined) return [known];
    const started = this.start(choice, key, block);
    const event = this.delta(choice, key, delta);
    return event === undefined ? [started] : [started, event];
  }

  /** Ends one block; nothing when the key is not open. */
  end(choice: number, key: string): readonly StreamEvent[] {
    const open = this.#open.get(`${choice}/${key}`);
    if (open === undefined) return [];
    this.#open.delete(`${choice}/${key}`);
    return [{ kind: 'block-end', choice, index: open.index }];
  }

  /** Ends every open block of a choice, in the order they opened; with `keep`, all but those whose key it accepts. */
  endAll(choice: number, keep: (key: string) => boolean = () => false): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    const prefix = `${choice}/`;
    for (const [name, open] of this.#open) {
      if (open.choice !== choice || keep(name.slice(prefix.length))) continue;
      this.#open.delete(name);
      events.push({ kind: 'block-end', choice, index: open.index });
    }
    return events;
  }
}
