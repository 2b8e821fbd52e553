// The real server is killed again and again under clients that call, and its ledger is compared with what a counting provider has seen.
// `bun qa/kill.ts [--kills 100] [--clients 32] [--rows 100000] [--limit-ready-ms 2000]`
import { Database } from 'bun:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type StartedProgram, startProgram } from '../test/support/sluice-program.ts';
import { fillJournal } from './money/filled-journal.ts';
import { startChild } from './proof/child-program.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    clients: { type: 'string', default: '32' },
    rows: { type: 'string', default: '100000' },
    'limit-ready-ms': { type: 'string', default: '2000' },
  },
});
const kills = Number(values.kills);
const clients = Number(values.clients);
const rows = Number(values.rows);
const limitReadyMs = Number(values['limit-ready-ms']);

const masterKey = 'sk-proof';
const folder = mkdtempSync(join(tmpdir(), 'sluice-kill-'));
const upstream = await startChild('../money/counting-program.ts');
const config = JSON.stringify({
  log: { level: 'error' },
  money: { unknown_price: 'free' },
  providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1` }],
});

const readyMs: number[] = [];
const start = async (): Promise<StartedProgram> => {
  const beganMs = performance.now();
  const program = await startProgram({ masterKey, config, folder });
  while ((await fetch(`${program.url}/readyz`).catch(() => undefined))?.status !== 200) await Bun.sleep(2);
  readyMs.push(performance.now() - beganMs);
  return program;
};

fillJournal(join(folder, 'data'), rows);
let program: StartedProgram | undefined = await start();
const filledReadyMs = readyMs.pop() ?? 0;
say(`ready after ${Math.round(filledReadyMs)} ms with ${rows} rows to read`);

/** Calls whose answer came whole. */
const answered = new Set<string>();
let calls = 0;
let over = false;

const call = async (url: string): Promise<void> => {
  const model = `c${++calls}`;
  const stream = calls % 2 === 0;
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: `proof/${model}`, stream, messages: [{ role: 'user', content: 'go' }] }),
  });
  const text = await response.text();
  if (response.status === 200 && (stream ? text.endsWith('data: [DONE]\n\n') : text.endsWith('}'))) answered.add(model);
};

const client = async (): Promise<void> => {
  while (!over) {
    const url = program?.url;
    if (url === undefined) await Bun.sleep(5);
    else await call(url).catch(() => Bun.sleep(2));
  }
};

const running = Array.from({ length: clients }, client);
for (let kill = 0; kill < kills; kill++) {
  await Bun.sleep(40 + ((kill * 37) % 160));
  const victim: StartedProgram | undefined = program;
  program = undefined;
  victim?.kill('SIGKILL');
  await victim?.exited;
  program = await start();
}
await Bun.sleep(100);
over = true;
await Promise.all(running);
const last: StartedProgram = program ?? (await start());
last.kill('SIGTERM');
await last.exited;

const seen = new Map(Object.entries(JSON.parse(await upstream.ask('seen')) as Readonly<Record<string, number>>));
await upstream.stop();

interface Row {
  readonly model: string;
  readonly attempts: bigint;
  readonly charged: bigint;
  readonly open: bigint;
  readonly finals: bigint;
  readonly unanswered: bigint;
}
const database = new Database(join(folder, 'data', 'sluice.db'), { readonly: true, safeIntegers: true });
const found = database
  .query(
    `SELECT substr(target, 7) AS model, count(*) AS attempts, sum(state IN ('settled', 'estimated')) AS charged,
       sum(state IN ('held', 'sent', 'streaming')) AS open, sum(reason IS 'crash-unanswered') AS unanswered,
       (SELECT count(*) FROM entry WHERE entry.attempt_id = attempt.attempt_id) AS finals
     FROM attempt WHERE target LIKE 'proof/c%' GROUP BY target`,
  )
  .all() as readonly Row[];
database.close();
rmSync(folder, { recursive: true, force: true });

const byModel = new Map(found.map((row) => [row.model, row]));
const charged = (model: string): bigint => byModel.get(model)?.charged ?? 0n;
// The provider was asked, or the client had its answer, and the ledger knows nothing of it.
const lost = [...new Set([...seen.keys(), ...answered])].filter((model) => charged(model) === 0n).length;
const double = found.filter(({ attempts, finals }) => attempts > 1n || finals > 1n).length;
const open = found.filter((row) => row.open > 0n).length;
const unseen = found.filter((row) => row.charged > 0n && !seen.has(row.model));
// Killed between writing down that a call leaves and its leaving: told apart in the ledger, since nobody answered.
const unconfirmed = unseen.filter(({ unanswered }) => unanswered > 0n).length;
const phantom = unseen.length - unconfirmed;
const sortedMs = readyMs.toSorted((one, other) => one - other);
const readyP99Ms = Math.round(sortedMs[Math.floor(sortedMs.length * 0.99)] ?? 0);
finish(
  'kill',
  {
    kills,
    clients,
    rows,
    calls,
    seen: seen.size,
    answered: answered.size,
    lost,
    double,
    open,
    phantom,
    unconfirmed,
    filledReadyMs: Math.round(filledReadyMs),
    readyP99Ms,
  },
  lost + double + open + phantom === 0 && answered.size > kills && Math.max(filledReadyMs, readyP99Ms) <= limitReadyMs,
);
