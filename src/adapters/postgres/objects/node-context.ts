import type { TransactionSQL } from 'bun';

/** What operations on objects need of the worker that carries them out. */
export interface NodeContext {
  readonly node: { readonly id: string };
  /** One transaction that sees the rows of one organisation, or with `*` all. */
  atomically<Result>(orgId: string, work: (sql: TransactionSQL) => Promise<Result>): Promise<Result>;
  /** The database's time, in milliseconds since 1970. */
  nowMs(): number;
  /** Tells the request thread, after the commit and before the result. */
  changed(topic: string, payload: unknown): void;
}
