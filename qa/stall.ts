// Requests and answers made to hold the gateway up: its event loop comes round in time all the same.
// `bun qa/stall.ts [--rounds 3] [--pause-ms 500] [--limit-p999-ms 50] [--limit-max-ms 200]`
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startProgram } from '../test/support/sluice-program.ts';
import { startChild } from './proof/child-program.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    /** Between two abuses: ordinary work has its turn. */
    'pause-ms': { type: 'string', default: '500' },
    'limit-p999-ms': { type: 'string', default: '50' },
    'limit-max-ms': { type: 'string', default: '200' },
  },
});
const limits = { p999Ms: Number(values['limit-p999-ms']), maxMs: Number(values['limit-max-ms']) };

interface Loop {
  readonly samples: number;
  /** The longest delay since the last look. */
  readonly max: number;
  /** Of all delays so far, the one that one in a thousand exceeds. */
  readonly overallP999: number;
}

// The program itself, with the monitor in it; its own relaunch would lose it, so the switches are set before.
const root = join(import.meta.dir, '..');
process.env['SLUICE_PROGRAM'] =
  `${process.execPath} --preload ${join(root, 'qa/proof/loop-monitor.ts')} ${join(root, 'src/app/cli/main.ts')}`;
const masterKey = 'sk-proof';
const upstream = await startChild('upstream-program.ts');
const bad = await startChild('bad-upstream-program.ts');
let measured: ((loop: Loop) => void) | undefined;
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    drain_ms: 500,
    providers: [
      { id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1`, api_key: 'sk-provider-key' },
      { id: 'bad', base_url: `http://127.0.0.1:${bad.greeting}/v1`, api_key: 'sk-provider-key' },
    ],
  }),
  environment: {
    BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
    BUN_JSC_forceRAMSize: '1000000000',
    BUN_JSC_smallHeapGrowthFactor: '3',
  },
  line: (line) => {
    if (line.startsWith('{"loop"')) measured?.((JSON.parse(line) as { readonly loop: Loop }).loop);
  },
});

const measure = (): Promise<Loop> =>
  new Promise((resolve) => {
    measured = resolve;
    process.kill(sluice.pid, 'SIGUSR2');
  });

const headers = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' };
const messages = [{ role: 'user', content: 'go' }];
const ask = (path: string, model: string, stream = false): Promise<string> =>
  fetch(sluice.url + path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model, messages, max_tokens: 9, stream }),
  }).then(
    async (response) => `${response.status} ${(await response.text()).length}`,
    (error: unknown) => String(error),
  );

/** Ordinary calls go on meanwhile, and none of them may fail. */
let running = true;
let ordinary = 0;
let failed = 0;
const ordinaryCalls = async (): Promise<void> => {
  while (running) {
    if ((await ask('/v1/chat/completions', 'proof/whole')).startsWith('200 ')) ordinary += 1;
    else failed += 1;
    await Bun.sleep(20);
  }
};

for (let warm = 0; warm < 200; warm += 1)
  await ask(warm % 2 === 0 ? '/v1/chat/completions' : '/v1/messages', 'proof/whole');
const background = ordinaryCalls();
await measure();
const all: Loop[] = [];
const note = async (name: string, statuses: string): Promise<void> => {
  const loop = await measure();
  all.push(loop);
  if (loop.max > 50) say(`${name}: ${loop.max} ms (${statuses})`);
};

const abuser = await startChild('abuser-program.ts', sluice.url, masterKey, values.rounds, values['pause-ms']);
let count = 0;
for (;;) {
  const { name, statuses } = JSON.parse(await abuser.ask('next')) as { name?: string; statuses?: readonly unknown[] };
  if (name === undefined) break;
  count += 1;
  await note(name, String(statuses));
}
const answers = (await bad.ask('names')).split(',');
for (const name of answers) {
  const outcomes = new Set<string>();
  await Bun.sleep(Number(values['pause-ms']));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      outcomes.add(await ask(path, `bad/${name}`, name.startsWith('stream')));
    }
  }
  count += 1;
  await note(`answer: ${name}`, [...outcomes].join(', '));
}
running = false;
await background;
const alive = (await fetch(`${sluice.url}/livez`)).status === 200;
await sluice.stop();
for (const child of [upstream, bad, abuser]) await child.stop();
const maxMs = Math.max(...all.map((loop) => loop.max));
const last = all.at(-1);
const p999Ms = last?.overallP999 ?? Number.POSITIVE_INFINITY;
const over = all.filter((loop) => loop.max > 50).length;
finish(
  'stall',
  { abuses: count, samples: last?.samples, p999Ms, maxMs, over50Ms: over, ordinary, failed, alive, limits },
  p999Ms <= limits.p999Ms && maxMs <= limits.maxMs && failed === 0 && alive,
);
