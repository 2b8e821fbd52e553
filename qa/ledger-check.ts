// The books of the real server balance: under mixed load while it runs, after a kill and a start, and after its backup was put back somewhere else.
// `bun qa/ledger-check.ts [--calls 2000] [--clients 16]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type StartedProgram, sluiceProgram, startProgram } from '../test/support/sluice-program.ts';
import { startChild } from './proof/child-program.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '2000' }, clients: { type: 'string', default: '16' } },
});
const calls = Number(values.calls);
const clients = Number(values.clients);

const masterKey = 'sk-proof';
const folder = mkdtempSync(join(tmpdir(), 'sluice-books-'));
const data = join(folder, 'data');
const upstream = await startChild('../money/counting-program.ts');
const config = JSON.stringify({
  log: { level: 'error' },
  providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1` }],
  models: ['a', 'b'].map((name) => ({
    id: `proof/${name}`,
    prices: { input_per_million: 3, output_per_million: name === 'a' ? 15 : 0.6 },
  })),
});

const start = (): Promise<StartedProgram> => startProgram({ masterKey, config, folder });
let program = await start();

const asAdmin = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
  const response = await fetch(`${program.url}/admin/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Readonly<Record<string, unknown>>;
};

const team = await asAdmin('/teams', { alias: 'proof', budgets: [{ limit_usd: '1000', window: 'month' }] });
const keys: string[] = [];
for (const budgets of [
  [{ limit_usd: '100', window: 'day' }],
  // Half of its calls are refused.
  [{ limit_usd: '0.02', window: 'lifetime' }],
  [{ limit_usd: '0.001', window: 'hour', soft: true }],
])
  keys.push((await asAdmin('/keys', { team_id: team['id'], budgets, tags: ['proof'] }))['key'] as string);

const statuses = new Map<number, number>();
const call = async (index: number): Promise<void> => {
  const stop = new AbortController();
  // Some clients go before the answer is whole.
  const leaves = index % 7 === 0;
  const response = await fetch(`${program.url}${index % 3 === 0 ? '/v1/messages' : '/v1/chat/completions'}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys[index % keys.length]}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: index % 5 === 0 ? 'proof/nobody-prices-it' : `proof/${index % 2 === 0 ? 'a' : 'b'}`,
      max_tokens: 100,
      stream: index % 4 !== 0,
      messages: [{ role: 'user', content: 'go' }],
    }),
    signal: stop.signal,
  });
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  if (!leaves) await response.arrayBuffer();
  else stop.abort();
};

let next = 0;
const load = (upTo: number): Promise<unknown> =>
  Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < upTo) await call(next++).catch(() => undefined);
    }),
  );

interface Checked {
  readonly pass: boolean;
  readonly open: number;
  readonly attempts: number;
  readonly chargedNanoUsd: string;
  readonly findings: Readonly<Record<string, number>>;
}

const sluice = (...words: readonly string[]): string => {
  const { stdout, stderr } = Bun.spawnSync([...sluiceProgram(), ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  if (stderr.length > 0) say(stderr.toString().trim());
  return stdout.toString();
};
const check = (directory: string): Checked =>
  JSON.parse(sluice('ledger', 'check', '--json', '--data', directory)) as Checked;

const found = {} as Record<'under load' | 'killed' | 'stopped' | 'restored', Checked>;
const half = load(Math.floor(calls / 2));
await Bun.sleep(300);
found['under load'] = check(data);
await half;
sluice('backup', join(folder, 'backup.db'), '--data', data);
const rest = load(calls);
await Bun.sleep(200);
program.kill('SIGKILL');
await program.exited;
await rest;
found['killed'] = check(data);
program = await start();
next = 0;
await load(Math.floor(calls / 10));
program.kill('SIGTERM');
await program.exited;
found['stopped'] = check(data);
sluice('restore', join(folder, 'backup.db'), '--data', join(folder, 'other'));
found['restored'] = check(join(folder, 'other'));
await upstream.stop();
rmSync(folder, { recursive: true, force: true });

const drift = Object.values(found).reduce(
  (sum, { findings }) => sum + Object.values(findings).reduce((all, count) => all + count, 0),
  0,
);
const stopped = found['stopped'];
for (const [when, { findings, pass }] of Object.entries(found)) if (!pass) say(`${when}: ${JSON.stringify(findings)}`);
finish(
  'ledger-check',
  {
    calls,
    statuses: Object.fromEntries(statuses),
    attempts: stopped.attempts,
    chargedNanoUsd: stopped.chargedNanoUsd,
    drift,
    stray: stopped.open,
  },
  drift === 0 && stopped.open === 0 && stopped.attempts > calls / 2 && stopped.chargedNanoUsd !== '0',
);
