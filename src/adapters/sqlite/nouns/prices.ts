import type { OperationTable, StoreContext } from '../store-context.ts';

const keep = (
  { database }: StoreContext,
  { name, document, nowMs }: { readonly name: string; readonly document: string; readonly nowMs: number },
): void => {
  database
    .query('INSERT OR IGNORE INTO price_version (name, document, at_ms) VALUES (?, ?, ?)')
    .run(name, document, nowMs);
};

export const priceOperations = { 'prices.keep': keep } satisfies OperationTable;
