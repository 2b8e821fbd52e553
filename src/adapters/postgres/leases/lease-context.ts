import type { TransactionSQL } from 'bun';

/** What the operations of leases need of the store thread. */
export interface LeaseContext {
  atomically<R>(orgId: string, work: (sql: TransactionSQL) => Promise<R>): Promise<R>;
  readonly node: { readonly id: string; readonly epoch: number };
}

/** The database's time, in milliseconds since 1970: no node's clock decides whose leases are over. */
export const databaseNow = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** What a lease has left. */
export const leftSql = 'greatest(granted_nano_usd - used_nano_usd, 0)';

/** A list as a parameter: amounts are text in it, and the server reads them as numbers. */
export const listOf = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
