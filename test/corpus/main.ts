import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { type DialectId, dialectIds, type Operation } from '../../src/core/ir/index.ts';
import { applicable, exclusion } from './applicable.ts';
import { streams } from './door-request.ts';
import { type Exchange, readExchanges } from './exchange.ts';
import { replayChat, type Verdict } from './replay.ts';
import { replayEmbeddings } from './replay-embeddings.ts';
import { replayRetrieval } from './replay-retrieval.ts';
import { apiTable, causeCounts, type Row, table } from './report.ts';
import { type Rig, startRig } from './rig.ts';

const usage =
  'bun run corpus [--dir DIR] [--quick] [--json] [--markdown] [--only API] [--door DIALECT] [--id ID] [--failures]';

const flag = (name: string): boolean => process.argv.includes(name);
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

/** The recordings given, those beside the project, or the small part that comes with it. */
const directory = (): string => {
  const given = option('--dir');
  if (given !== undefined) return resolve(given);
  const beside = resolve(import.meta.dir, '../../../shared/data/corpus/dev');
  return existsSync(beside) ? beside : resolve(import.meta.dir, 'data');
};

const lanes = 6;
const doors: readonly DialectId[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'ollama',
  'bedrock-converse',
  'cohere',
];

/** Doors of an operation, beside the recording's own. */
const doorsOf: Readonly<Partial<Record<Operation, readonly DialectId[]>>> = {
  chat: doors,
  embeddings: ['openai-chat', 'gemini', 'ollama', 'cohere'],
  rerank: ['cohere', 'jina'],
};

/** Hosts that clients ask in OpenAI's words have no door of their own. */
const doorless: ReadonlySet<DialectId> = new Set(['voyage', 'amazon-titan', 'vertex-predict']);

interface Work {
  readonly exchange: Exchange;
  readonly dialect: DialectId;
  readonly door: DialectId;
  readonly operation: Operation;
}

const plan = (
  exchanges: readonly Exchange[],
): { work: readonly Work[]; excluded: readonly { id: string; cause: string }[] } => {
  const work: Work[] = [];
  const excluded: { id: string; cause: string }[] = [];
  const only = option('--only');
  const onlyDoor = option('--door');
  const onlyId = option('--id');
  // A door named on the command line is played even where it is no usual one.
  const asked = (operation: Operation): readonly DialectId[] => {
    const named = dialectIds.find((id) => id === onlyDoor);
    return operation === 'chat' && named !== undefined ? [named] : [];
  };
  for (const exchange of exchanges) {
    const place = applicable(exchange);
    if (place === undefined || (only !== undefined && exchange.api !== only)) continue;
    if (onlyId !== undefined && exchange.id !== onlyId) continue;
    const cause = exclusion(exchange);
    if (cause !== undefined) {
      excluded.push({ id: exchange.id, cause });
      continue;
    }
    for (const door of new Set([place.dialect, ...(doorsOf[place.operation] ?? []), ...asked(place.operation)]))
      if (!doorless.has(door) && (onlyDoor === undefined || onlyDoor === door)) work.push({ exchange, ...place, door });
  }
  return { work, excluded };
};

const run = async (
  rig: Rig,
  { exchange, dialect, door, operation }: Work,
  lane: number,
): Promise<Row & Pick<Verdict, 'later'>> => {
  const replay = { exchange, dialect, door, lane };
  const verdict = await judged(() => {
    if (operation === 'chat') return replayChat(rig, replay);
    return operation === 'rerank' || operation === 'moderations'
      ? replayRetrieval(rig, replay, operation)
      : replayEmbeddings(rig, replay);
  });
  return {
    id: exchange.id,
    provider: exchange.provider,
    api: exchange.api,
    stream: streams(exchange),
    door,
    lane: door === dialect ? 'same' : 'other',
    ...verdict,
  };
};

/** What a door's dialect cannot say is told by the codec that would have to say it. */
const judged = async (replay: () => Promise<Verdict>): Promise<Verdict> => {
  try {
    return await replay();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const outcome = error.code === 'unsupported_by_target' ? 'inexpressible' : 'failed';
    return { outcome, causes: [`door request: ${error.message}`] };
  }
};

const withMeter = ({ later, ...row }: Row & Pick<Verdict, 'later'>): Row => {
  const causes = [...row.causes, ...(later?.() ?? [])];
  return causes.length === row.causes.length ? row : { ...row, causes, outcome: 'failed' };
};

const runAll = async (rig: Rig, work: readonly Work[]): Promise<readonly (Row & Pick<Verdict, 'later'>)[]> => {
  const rows: (Row & Pick<Verdict, 'later'>)[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let item = work[next++]; item !== undefined; item = work[next++]) rows.push(await run(rig, item, lane));
    }),
  );
  return rows;
};

const main = async (): Promise<number> => {
  if (flag('--help')) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const exchanges = readExchanges(directory(), flag('--quick'));
  const { work, excluded } = plan(exchanges);
  const rig = await startRig(exchanges, lanes);
  const early = await runAll(rig, work);
  await rig.stop();
  const rows = early.map(withMeter);
  const counted = rows.filter((row) => row.outcome !== 'inexpressible');
  const passed = counted.filter((row) => row.outcome === 'passed').length;
  const share = counted.length === 0 ? 0 : passed / counted.length;
  process.stdout.write(`${flag('--markdown') ? apiTable(rows) : table(rows)}\n\n${causeCounts(rows)}\n`);
  if (flag('--failures'))
    for (const row of rows) if (row.outcome === 'failed') process.stdout.write(`${JSON.stringify(row)}\n`);
  process.stdout.write(
    `\n${passed} of ${counted.length} passed (${(share * 100).toFixed(2)} %), ${rows.length - counted.length} cannot be said at the door, ${excluded.length} recordings excluded\n`,
  );
  if (flag('--json')) {
    const failures = rows.filter((row) => row.outcome === 'failed');
    const summary = {
      pass: share >= 0.99,
      applicable: counted.length,
      passed,
      excluded,
      inexpressible: rows.length - counted.length,
      rows: failures,
    };
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  }
  return share >= 0.99 ? 0 : 1;
};

process.exit(await main());
