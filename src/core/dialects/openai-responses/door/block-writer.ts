import type { Block, Delta } from '../../../ir/index.ts';
import type { LossLog } from '../../loss-log.ts';
import type { NamespacedName } from '../wire/namespaces.ts';
import type { Emit, OutputItems } from './output-items.ts';

/** Writes one block of an answer while it grows. */
export interface BlockWriter {
  delta(delta: Delta): void;
  end(): void;
}

export interface WriterScope {
  readonly items: OutputItems;
  readonly emit: Emit;
  readonly losses: LossLog;
  /** For ids of calls that came without one. */
  readonly replyId: string;
  /** The client's namespaced tools, by their joined name. */
  readonly namespaced: ReadonlyMap<string, NamespacedName>;
  /** The block's path, for losses. */
  readonly path: string;
}

export type OpenWriter<B extends Block> = (block: B, scope: WriterScope) => BlockWriter;
