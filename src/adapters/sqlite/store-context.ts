import type { Database } from 'bun:sqlite';

/** What an operation of the store thread works with. */
export interface StoreContext {
  readonly database: Database;
  /** The data directory: `sluice.db`, `journal/`, `backups/`. */
  readonly directory: string;
  /** Tells the request thread that something it keeps in memory has changed. Called inside the transaction, sent after it. */
  changed(topic: string, payload: unknown): void;
}

/** Operations by name. Arguments and results cross threads as structured clones. */
export type OperationTable = Readonly<Record<string, (context: StoreContext, input: never) => unknown>>;
