// Secrets and prompts are planted everywhere a request or a setting may hold one, and looked for wherever something is written: database, write-ahead log,
// journal, backup, output, metrics, errors, what operators may read. None may be found. `bun qa/canary [--rounds 20]`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSimulator } from '../../src/simulators/index.ts';
import { sluiceProgram } from '../../test/support/sluice-program.ts';
import { finish, say } from '../proof/finish.ts';
import { startEchoProvider } from './echo-provider.ts';
import { allPlants, prompts, secrets } from './plants.ts';
import { findIn, findInFiles, findInTables, type Hit } from './search.ts';
import { type Answered, type Calls, makeCalls } from './traffic.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
const rounds = Number(values.rounds);

const folder = mkdtempSync(join(tmpdir(), 'sluice-canary-'));
const data = join(folder, 'data');
const simulator = startSimulator({ key: secrets.providerKey });
const echo = startEchoProvider();
const openai = { chat: [{ dialect: 'openai-chat', path: '/chat/completions' }] };
const config = JSON.stringify({
  log: { level: 'debug' },
  metrics: { token: secrets.metricsToken },
  money: {
    unknown_price: 'free',
    alerts: { url: `${echo.url}/alerts`, secret: secrets.alertSecret },
    credits: { hook_secret: secrets.hookSecret },
  },
  routes: { 'my-route': { fallback: ['echo/500', 'openai/gpt-4o'] } },
  providers: [
    {
      id: 'openai',
      api_key: secrets.providerKey,
      base_url: `${simulator.url}/v1`,
      headers: { 'x-secret': secrets.headerSecret },
    },
    { id: 'anthropic', api_key: secrets.providerKey, base_url: simulator.url },
    { id: 'gemini', api_key: secrets.providerKey, base_url: simulator.url },
    { id: 'cohere', api_key: secrets.providerKey, base_url: simulator.url },
    {
      id: 'echo',
      api_key: secrets.echoedKey,
      base_url: `${echo.url}/v1`,
      serves: openai,
      headers: { 'x-secret': secrets.headerSecret },
    },
    {
      id: 'behind-proxy',
      api_key: secrets.echoedKey,
      base_url: 'http://192.0.2.1/v1',
      serves: openai,
      proxy: `http://me:${secrets.proxyPassword}@127.0.0.1:9`,
    },
  ],
});
writeFileSync(join(folder, 'sluice.yaml'), config);

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  SLUICE_MASTER_KEY: secrets.masterKey,
  SLUICE_ENCRYPTION_KEY: secrets.encryptionKey,
  SLUICE_KEY_PEPPER: secrets.keyPepper,
};
let output = '';
const words = ['start', '--config', join(folder, 'sluice.yaml'), '--host', '127.0.0.1', '--port', '0', '--data', data];
const child = Bun.spawn([...sluiceProgram(), ...words], {
  cwd: folder,
  env: environment,
  stdin: 'ignore',
  stdout: 'pipe',
  stderr: 'pipe',
});
const take = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
  const decoder = new TextDecoder();
  for await (const piece of stream) output += decoder.decode(piece, { stream: true });
};
const outputs = Promise.all([take(child.stdout), take(child.stderr)]);
const listening = /^Sluice listens on (\S+)$/m;
while (!listening.test(output) && child.exitCode === null) await Bun.sleep(5);
const url = listening.exec(output)?.[1];
if (url === undefined) throw new Error(`It did not start: ${output}`);

const calls: Calls = { url, answered: [] };
for (let round = 0; round < rounds; round += 1) await makeCalls(calls, round);
const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${secrets.metricsToken}` } });
const metricsText = await metrics.text();

const plants = allPlants();
const whileRunning = [...findInFiles(data, plants), ...findInTables(join(data, 'sluice.db'), plants)];
const backup = join(folder, 'backup.db');
Bun.spawnSync([...sluiceProgram(), 'backup', backup, '--data', data], { env: environment });
child.kill('SIGTERM');
await child.exited;
await outputs;

/** What clients are told of secrets, and operators of anything; a failure's words are nobody's prompt. */
const inAnswers = ({ name, status, body, headers, mayRepeat }: Answered): readonly Hit[] => {
  const secret = plants.filter(({ text }) => !Object.values<string>(prompts).includes(text) && text !== mayRepeat);
  const place = `answer of ${name} (${status})`;
  const ofSecrets = [...findIn(place, body, secret), ...findIn(`headers of ${name}`, headers, plants)];
  if (status < 400 || mayRepeat !== undefined) return ofSecrets;
  return [
    ...ofSecrets,
    ...findIn(
      place,
      body,
      plants.filter((each) => !secret.includes(each)),
    ),
  ];
};

const hits = [
  ...whileRunning,
  ...findInFiles(data, plants),
  ...findInTables(join(data, 'sluice.db'), plants),
  ...findInTables(backup, plants),
  ...findIn('output', output, plants),
  ...findIn('metrics', metricsText, plants),
  ...calls.answered.flatMap(inAnswers),
];
for (const hit of new Set(hits.map(({ plant, place, form }) => `${plant} stands in ${place} (${form})`))) say(hit);

// A proof that sees nothing because nothing was written would prove nothing.
const statuses = new Set(calls.answered.map(({ status }) => status));
const lines = output.split('\n').length;
const wrote = lines > calls.answered.length / 2 && [200, 400, 401, 429, 500].every((status) => statuses.has(status));
const control = findIn('control', Buffer.from(plants[0]?.text ?? '').toString('base64'), plants).length === 1;
simulator.stop();
echo.stop();
rmSync(folder, { recursive: true, force: true });
finish(
  'canary',
  { plants: plants.length, calls: calls.answered.length, lines, hits: hits.length, wrote, control },
  hits.length === 0 && wrote && control && plants.length >= 30,
);
