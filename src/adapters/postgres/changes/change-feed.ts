import type { SQL, TransactionSQL } from 'bun';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import type { WrappedKey } from '../../../ports/access/secret-seal.ts';
import type { ChangesTold, ObjectsTold } from '../../../ports/store/objects-told.ts';
import type { NodeContext } from '../objects/node-context.ts';
import { placeKey } from '../objects/place.ts';
import { changeOf } from '../objects/read-object.ts';

/** The topic on which it is told up to which change everything is known. */
export const changesTopic = 'changes';
/** More than so many at once are not told one by one: everything is read again. */
const mostAtOnce = 2000;
const keptMs = 60 * 60 * 1000;
const cleanEveryMs = 10 * 60 * 1000;

interface ChangeRow {
  readonly number: bigint;
  readonly org_id: string;
  readonly topic: string;
  readonly subject: string;
}

/** Other topics than objects: what to tell of a subject. */
export type TopicReader = (sql: SQL, orgId: string, subject: string) => Promise<unknown>;

/**
 * Reads the changes that all nodes write, from the last number that is known here, and tells the request thread. What is told of an object is what it is at the
 * moment of reading, so that changes that are told late, or twice, do no harm.
 */
export class ChangeFeed {
  readonly #context: NodeContext;
  readonly #topics: Readonly<Record<string, TopicReader>>;
  /** The number of a change that is known, with all before it. The row of it is there unless it was cleaned away. */
  #known: number | undefined;
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #cleanedMs = 0;

  constructor(context: NodeContext, topics: Readonly<Record<string, TopicReader>>) {
    this.#context = context;
    this.#topics = topics;
  }

  /** Resolves when everything is told that was committed before the call. Many calls share one question. */
  catchUp(): Promise<void> {
    if (this.#reading === undefined) {
      this.#reading = this.#read().finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    }
    // What is being read may have begun before a change that this caller knows of.
    const before = this.#reading;
    this.#next ??= before
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.catchUp();
      });
    return this.#next;
  }

  async #read(): Promise<void> {
    const { known, tell } = await this.#context.atomically('*', (sql) => this.#readIn(sql));
    for (const [topic, payload] of tell) this.#context.changed(topic, payload);
    this.#known = known;
    const told: ChangesTold = { number: known };
    this.#context.changed(changesTopic, told);
    await this.#clean();
  }

  async #readIn(sql: TransactionSQL): Promise<{ readonly known: number; readonly tell: readonly Told[] }> {
    const from = this.#known;
    if (from === undefined) return { known: await newest(sql), tell: [] };
    const rows = (await sql.unsafe(
      'SELECT number, org_id, topic, subject FROM sluice.change WHERE number >= $1 ORDER BY number LIMIT $2',
      [from, mostAtOnce + 1],
    )) as readonly ChangeRow[];
    const isGap = from > 0 && Number(rows[0]?.number) !== from;
    if (isGap || rows.length > mostAtOnce) return { known: await newest(sql), tell: [['objects', missed]] };
    const later = rows.filter(({ number }) => Number(number) > from);
    return { known: Number(rows.at(-1)?.number ?? from), tell: await this.#toTell(sql, later) };
  }

  /** Each object once, at its last change, and before them the rest: objects may need it. */
  async #toTell(sql: TransactionSQL, rows: readonly ChangeRow[]): Promise<readonly Told[]> {
    const [first] = rows;
    if (first === undefined) return [];
    const objects = new Map<string, ChangeRow>();
    for (const row of rows) {
      const name = placeKey(row.org_id, row.subject);
      objects.delete(name);
      if (row.topic === 'objects') objects.set(name, row);
    }
    const told: Told[] = [];
    for (const { number, org_id, subject } of objects.values()) {
      const [kind, id] = JSON.parse(subject) as readonly [ObjectKind, string];
      const change = await changeOf(sql, { orgId: org_id, kind, id });
      told.push(['objects', { kind: 'change', number: Number(number), change } satisfies ObjectsTold]);
    }
    return [...(await this.#others(sql, Number(first.number))), ...told];
  }

  /** Read last: an object may have been read as it is since a moment ago, and sealed with a data key of a moment before. */
  async #others(sql: TransactionSQL, from: number): Promise<readonly Told[]> {
    const rows = (await sql.unsafe(
      "SELECT number, org_id, topic, subject FROM sluice.change WHERE number >= $1 AND topic <> 'objects' ORDER BY number",
      [from],
    )) as readonly ChangeRow[];
    const told: Told[] = [];
    for (const { topic, org_id, subject } of rows) {
      const payload = await this.#topics[topic]?.(sql, org_id, subject);
      if (payload !== undefined) told.push([topic, payload]);
    }
    return told;
  }

  /** The newest row stays: somebody's last known number must be there to tell that nothing was missed. */
  async #clean(): Promise<void> {
    const nowMs = this.#context.nowMs();
    if (nowMs - this.#cleanedMs < cleanEveryMs) return;
    this.#cleanedMs = nowMs;
    await this.#context.atomically('*', async (sql) => {
      await sql.unsafe(
        'DELETE FROM sluice.change WHERE at_ms < $1 AND number < (SELECT max(number) FROM sluice.change)',
        [nowMs - keptMs],
      );
    });
  }
}

type Told = readonly [topic: string, payload: unknown];
const missed: ObjectsTold = { kind: 'missed' };

const newest = async (sql: TransactionSQL): Promise<number> => {
  const rows = (await sql.unsafe('SELECT coalesce(max(number), 0) AS number FROM sluice.change')) as readonly {
    readonly number: bigint;
  }[];
  return Number(rows[0]?.number ?? 0);
};

/** A data key that another node made. */
export const readDataKey: TopicReader = async (sql, orgId, keyId): Promise<WrappedKey | undefined> => {
  const rows = await sql.unsafe(
    'SELECT org_id AS "orgId", key_id AS "keyId", wrapped, wrapped_by AS "wrappedBy" FROM sluice.data_key WHERE org_id = $1 AND key_id = $2',
    [orgId, keyId],
  );
  return (rows as readonly WrappedKey[])[0];
};
