import { SQL, type TransactionSQL } from 'bun';
import { NodesSource } from '../../src/adapters/directory/nodes-source.ts';
import { ChangeFeed, readDataKey } from '../../src/adapters/postgres/changes/change-feed.ts';
import { objects } from '../../src/adapters/postgres/migrations/0002-objects.ts';
import { declaredOperations } from '../../src/adapters/postgres/nouns/declared.ts';
import { objectOperations } from '../../src/adapters/postgres/nouns/objects.ts';
import { sealOperations } from '../../src/adapters/postgres/nouns/seals.ts';
import type { NodeContext } from '../../src/adapters/postgres/objects/node-context.ts';
import { SqliteAdminStore } from '../../src/adapters/sqlite/object-store.ts';
import type { StoreThread } from '../../src/adapters/sqlite/store-thread.ts';
import type { SnapshotText } from '../../src/ports/access/snapshot-text.ts';

const operations = { ...objectOperations, ...declaredOperations, ...sealOperations };
type Operation = (context: NodeContext, input: unknown) => Promise<unknown>;
type Listener = (payload: unknown) => void;

/** One node's objects, in the test's own thread. */
export class PostgresNode {
  readonly sql: SQL;
  readonly id: string;
  readonly feed: ChangeFeed;
  readonly source: NodesSource;
  readonly store: SqliteAdminStore;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, id: string) {
    this.sql = new SQL(url, { max: 4, bigint: true, prepare: false });
    this.id = id;
    this.feed = new ChangeFeed(
      this.#context((topic, payload) => this.#tell(topic, payload)),
      { seals: readDataKey },
    );
    const call = ((name: keyof typeof operations, input: unknown) => this.ask(name, input)) as StoreThread['call'];
    this.store = new SqliteAdminStore({ call });
    this.source = new NodesSource({
      store: {
        snapshot: (kind) => this.ask('objects.snapshot', kind === undefined ? {} : { kind }) as Promise<SnapshotText>,
        catchUp: () => this.feed.catchUp(),
        listen: (topic, listener) => this.listen(topic, listener),
        readable: () => true,
      },
      staleAfterMs: 60_000,
      monotonicMs: () => performance.now(),
      failed: (error) => {
        throw error;
      },
    });
  }

  async ask(name: keyof typeof operations, input: unknown): Promise<unknown> {
    const told: [string, unknown][] = [];
    const run = operations[name] as unknown as Operation;
    const result = await run(
      this.#context((topic, payload) => told.push([topic, payload])),
      input,
    );
    for (const [topic, payload] of told) this.#tell(topic, payload);
    return result;
  }

  listen(topic: string, listener: Listener): void {
    this.#listeners.set(topic, [...(this.#listeners.get(topic) ?? []), listener]);
  }

  close(): Promise<void> {
    return this.sql.close();
  }

  #tell(topic: string, payload: unknown): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener(payload);
  }

  #context(changed: NodeContext['changed']): NodeContext {
    const { sql, id } = this;
    return {
      node: { id },
      atomically: (orgId, work) =>
        sql.begin(async (transaction: TransactionSQL) => {
          await transaction.unsafe("SELECT set_config('sluice.org_id', $1, true)", [orgId]);
          return work(transaction);
        }) as Promise<never>,
      nowMs: () => Date.now(),
      changed,
    };
  }
}

/** An empty database with the tables of objects, and one of the role that the operations run as, which owns nothing. */
export const makeTables = async (url: string): Promise<string> => {
  const sql = new SQL(url, { max: 1 });
  try {
    await sql
      .unsafe(`
CREATE SCHEMA sluice;
CREATE TABLE sluice.node (id text PRIMARY KEY, epoch bigint NOT NULL, heartbeat_ms bigint NOT NULL);
CREATE TABLE sluice.change (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id text NOT NULL, topic text NOT NULL, subject text NOT NULL, at_ms bigint NOT NULL);
`)
      .simple();
    await sql.begin((transaction) => transaction.unsafe(objects.sql).simple());
    await sql
      .unsafe(`
CREATE ROLE served LOGIN;
GRANT USAGE ON SCHEMA sluice TO served;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sluice TO served;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA sluice TO served;
`)
      .simple();
  } finally {
    await sql.close();
  }
  return url.replace('//sluice@', '//served@');
};

/** Connections that were cut are noticed by the first who uses them. */
export const eventually = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let left = 8; ; left -= 1)
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
    }
};
