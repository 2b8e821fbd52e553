// A config file that changes under load: good files lose no call, bad files change nothing.
// `bun qa/reload.ts [--good 1000] [--bad 1000] [--clients 16] [--seed N]`
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startProgram } from '../test/support/sluice-program.ts';
import { Dice } from './fuzz/dice.ts';
import { badConfig } from './proof/bad-configs.ts';
import { startChild } from './proof/child-program.ts';
import { finish, residentMb, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    good: { type: 'string', default: '1000' },
    bad: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '16' },
    seed: { type: 'string' },
  },
});
const seed = Number(values.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] ?? 1) % 1_000_000_000);
const dice = new Dice(seed);
say(`reload: seed ${seed}`);

const masterKey = 'sk-proof';
const upstream = await startChild('upstream-program.ts');
const baseUrl = `http://127.0.0.1:${upstream.greeting}/v1`;

/** Each good file leads the name `current` to another model, so that answers tell which file is in force. */
const configOf = (version: number): Readonly<Record<string, unknown>> => ({
  providers: [
    { id: 'proof', base_url: baseUrl, api_key: `key-${version}`, timeouts: { idle_ms: 60_000 + version } },
    ...(version % 2 === 0 ? [] : [{ id: 'sometimes', base_url: baseUrl, models: [`m${version}`] }]),
  ],
  aliases: { current: `proof/version-${version}` },
  stall_ms: 30_000 + version,
});

const told = { reloaded: 0, kept: 0 };
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify(configOf(0)),
  line: (line) => {
    if (line.includes('"event":"config-reloaded"')) told.reloaded += 1;
    if (line.includes('"event":"config-kept"')) told.kept += 1;
  },
});

let calls = 0;
const failures: string[] = [];
let running = true;

const call = async (model: string, stream: boolean): Promise<Response> =>
  fetch(`${sluice.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'go' }], stream }),
  });

const client = async (index: number): Promise<void> => {
  while (running) {
    const stream = index % 2 === 0;
    const ended = await call(stream ? 'proof/stream-20-100-10' : 'current', stream).then(
      async (response) => `${response.status} ${await response.text()}`,
      (error: unknown) => String(error),
    );
    calls += 1;
    const good = ended.startsWith('200 ') && (!stream || ended.endsWith('data: [DONE]\n\n'));
    if (!good && failures.push(ended.slice(0, 200)) === 1) say(`failed: ${failures[0]}`);
    await Bun.sleep(5);
  }
};

/** Half the files are written in place, half are put in the place of the old one, as editors do. */
const put = (text: string): void => {
  if (dice.chance(0.5)) writeFileSync(sluice.configPath, text);
  else {
    writeFileSync(`${sluice.configPath}.new`, text);
    renameSync(`${sluice.configPath}.new`, sluice.configPath);
  }
};

const waited = async (holds: () => boolean): Promise<boolean> => {
  const endMs = performance.now() + 15_000;
  while (!holds() && performance.now() < endMs) await Bun.sleep(5);
  return holds();
};

const inForce = async (): Promise<string | null> => {
  const response = await call('current', false);
  await response.text();
  return response.headers.get('x-sluice-model');
};

const clients = Array.from({ length: Number(values.clients) }, (_, index) => client(index));
let version = 0;
let goodTaken = 0;
let startMb = 0;
for (let round = 0; round < Number(values.good); round += 1) {
  version += 1;
  const before = told.reloaded;
  put(JSON.stringify(configOf(version)));
  const reported = await waited(() => told.reloaded > before);
  if (reported && (await inForce()) === `version-${version}`) goodTaken += 1;
  else say(`version ${version} did not come into force`);
  if (round === Math.floor(Number(values.good) / 4)) startMb = await residentMb(sluice.pid);
}
/** A short run still warms up. */
const mostGrownMb = Number(values.good) >= 500 ? 40 : 100;
const grownMb = Math.round((await residentMb(sluice.pid)) - startMb);
say(`${goodTaken} good files taken, ${calls} calls so far, ${failures.length} failed`);

let badAccepted = 0;
let badUntold = 0;
const keptAtFirst = told.kept;
for (let round = 0; round < Number(values.bad); round += 1) {
  const { how, text } = badConfig(configOf(1_000_000 + round), dice);
  const before = told.kept;
  const reloads = told.reloaded;
  put(text);
  await waited(() => told.kept > before || told.reloaded > reloads);
  if (told.reloaded > reloads || (await inForce()) !== `version-${version}`) {
    badAccepted += 1;
    if (badAccepted > 5) break;
    say(`accepted (${how}): ${text.slice(0, 300)}`);
  } else if (told.kept === before) {
    badUntold += 1;
    say(`not told (${how}): ${text.slice(0, 300)}`);
  }
}
running = false;
await Promise.all(clients);
const exit = await sluice.stop();
await upstream.stop();
const found = { good: goodTaken, bad: told.kept - keptAtFirst, badAccepted, badUntold, calls, failed: failures.length };
finish(
  'reload',
  { ...found, grownMB: grownMb, exit, seed },
  goodTaken === Number(values.good) &&
    badAccepted + badUntold + failures.length === 0 &&
    exit === 0 &&
    grownMb <= mostGrownMb,
);
