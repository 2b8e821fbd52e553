import { SQL } from 'bun';
import { type LitellmRows, litellmTables } from '../../contract/litellm/database-objects.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';

const onPage = 1000;
const limitSeconds = 15;

/** The rows of LiteLLM's tables. A table that a version does not have yet is empty. Rejects with what the database said. */
export const readTables = async (url: string): Promise<LitellmRows> => {
  const sql = new SQL(url, { max: 1, connectionTimeout: limitSeconds });
  try {
    const found = await sql`SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'LiteLLM\\_%'`;
    const there = new Set((found as readonly { readonly table_name: string }[]).map((row) => row.table_name));
    if (!there.has(litellmTables.key.table)) throw new Error(`there is no table "${litellmTables.key.table}" in it`);
    const read: [string, readonly JsonObject[]][] = [];
    for (const [name, { table, key }] of Object.entries(litellmTables))
      read.push([name, there.has(table) ? await rowsOf(sql, table, key) : []]);
    return Object.fromEntries(read) as unknown as LitellmRows;
  } finally {
    await sql.close();
  }
};

/** Page by page, so that a large table is not one answer. */
const rowsOf = async (sql: SQL, table: string, key: string): Promise<readonly JsonObject[]> => {
  const rows: JsonObject[] = [];
  for (;;) {
    const page = (await sql`
      SELECT * FROM ${sql(table)} ORDER BY ${sql(key)} LIMIT ${onPage} OFFSET ${rows.length}
    `) as readonly Readonly<Record<string, unknown>>[];
    rows.push(
      ...page.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]))),
    );
    if (page.length < onPage) return rows;
  }
};

/** Large numbers come as text or as big ones, times as dates, lists perhaps as objects of the driver's own. */
const toJson = (value: unknown): Json => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number(value);
  if (value === undefined || value === null) return null;
  return JSON.parse(JSON.stringify(value)) as Json;
};
