// No address that a request names leads into the operator's network: hundreds of spellings × every place of a request that may hold one, and every answer
// that may lead on. Runs in a network of its own, with a name server of its own. `bun qa/ssrf [--every 1]`
import { parseArgs } from 'node:util';
import { BudgetAlerts } from '../../src/adapters/alerts/budget-alerts.ts';
import { systemClock } from '../../src/adapters/memory/system-clock.ts';
import { fetchCatalogue } from '../../src/app/catalog/fetch-catalogue.ts';
import { openUpstream } from '../../src/app/egress/open-upstream.ts';
import { defaultConfig } from '../../src/contract/settings.ts';
import { readEgressRule } from '../../src/core/policy/egress/egress-rule.ts';
import { Cancellation } from '../../src/ports/cancellation.ts';
import { startProgram } from '../../test/support/sluice-program.ts';
import { finish, say } from '../proof/finish.ts';
import { startCanaries } from './canaries.ts';
import { startNameServer } from './name-server.ts';
import { names, payloads, privateAddresses } from './payloads.ts';
import { type Surface, surfaces } from './surfaces.ts';

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' } } });

if (process.env['SLUICE_PROOF_NETWORK'] === undefined) {
  const addresses = privateAddresses
    .filter((address) => address !== '127.0.0.1')
    .map((address) => `ip addr add ${address}/32 dev lo`);
  const script = [
    'ip link set lo up',
    ...addresses,
    'ip addr add fc00::1/128 dev lo nodad',
    'ip addr add fd00:ec2::254/128 dev lo nodad',
    'f=$(mktemp) && echo nameserver 127.0.0.1 > $f && mount --bind $f /etc/resolv.conf',
    'exec "$@"',
  ].join(' && ');
  const inside = (...words: readonly string[]): readonly string[] => [
    'unshare',
    '-rnm',
    'sh',
    '-c',
    script,
    'sh',
    ...words,
  ];
  if (Bun.which('unshare') === null || Bun.spawnSync([...inside('true')]).exitCode !== 0)
    finish('ssrf', { skipped: 'a network of its own cannot be made here (unshare -rnm)' }, false);
  const { exitCode } = Bun.spawnSync([...inside(process.execPath, Bun.main, ...process.argv.slice(2))], {
    env: { ...process.env, SLUICE_PROOF_NETWORK: 'own' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exit(exitCode);
}

const nameServer = await startNameServer(names);
const canaries = startCanaries();
const tried = payloads.filter((_, index) => index % Number(values.every) === 0);

/** Answers every call with a redirect to the address its path ends with. */
const redirecting = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request) => {
    const next = decodeURIComponent(new URL(request.url).searchParams.get('to') ?? '');
    return new Response('', { status: 307, headers: { location: encodeURI(next) } });
  },
});
const provider = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: async (request) => {
    const body = await request.text();
    const to = /"user":"redirect ([^"]*)"/.exec(body)?.[1];
    if (to !== undefined)
      return new Response('', { status: 302, headers: { location: encodeURI(decodeURIComponent(to)) } });
    return Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  },
});

const masterKey = 'sk-proof';
let refusedLines = 0;
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    log: { level: 'error' },
    timeouts: { connect_ms: 1000, first_byte_ms: 2000 },
    providers: [
      { id: 'house', like: 'openai-compatible', base_url: `http://127.0.0.1:${provider.port}/v1`, free: true },
    ],
  }),
  line: (line) => {
    if (line.includes('"egress-refused"')) refusedLines += 1;
  },
});

/** `crashed` counts answers that say the gateway itself is broken. */
const found = { tried: 0, reached: 0, answered: 0, crashed: 0 };
const holes: string[] = [];
/** What callers are told who named an address that was not reached: one thing, whatever was in the way. */
const told = new Set<string>();
const messageIn = (text: string): string => /"message":"([^"]*)"/.exec(text)?.[1] ?? text;

const within = async (place: string, address: string, run: () => Promise<unknown>): Promise<void> => {
  const before = canaries.reached;
  found.tried += 1;
  await run();
  if (canaries.reached === before) return;
  found.reached += 1;
  if (holes.push(`${place}: ${address}`) <= 20) say(`reached by ${place}: ${JSON.stringify(address)}`);
};

const send = async (surface: Surface, address: string): Promise<void> => {
  const response = await fetch(sluice.url + surface.path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${masterKey}`,
      'content-type': 'application/json',
      ...surface.headers?.(address),
    },
    body: JSON.stringify(surface.body?.(address) ?? {}),
  }).catch(() => undefined);
  const text = (await response?.text()) ?? '';
  if (response?.status === 502 && surface.name.startsWith('custom host'))
    told.add(messageIn(text).replace(/^\w+ error: /, ''));
  found.answered += 1;
  if (response === undefined || response.status === 500) {
    found.crashed += 1;
    say(`${surface.name} with ${JSON.stringify(address)} was answered with ${response?.status ?? 'nothing'}`);
  }
};

for (const surface of surfaces)
  for (const address of tried) await within(surface.name, address, () => send(surface, address));

const redirectsOfProviders: Surface = {
  name: 'redirect of a provider',
  path: '/v1/chat/completions',
  body: (address) => ({
    model: 'house/m',
    user: `redirect ${encodeURIComponent(address)}`,
    messages: [{ role: 'user', content: 'Hi' }],
  }),
};
/** Addresses that no header of an answer can hold lead nowhere. */
const leading = tried.filter((address) => /^[\x20-\x7e]+$/.test(encodeURI(address)));
for (const address of leading)
  await within(redirectsOfProviders.name, address, () => send(redirectsOfProviders, address));

const lines: string[] = [];
const timeouts = { connectMs: 1000, firstByteMs: 1000, idleMs: 1000, totalMs: 2000 };
const { upstream, allow, closeIdle } = openUpstream({ egress: defaultConfig.egress }, (line) => lines.push(line));
const call = (url: string) =>
  upstream
    .send({ url, method: 'GET', headers: {}, timeouts, egress: { checked: true } }, new Cancellation())
    .then((reply) => reply.readAll());
const words = new Set<string>();
for (const address of tried)
  await within('checked call', address, () =>
    call(address).catch((error: unknown) => {
      words.add(error instanceof Error ? error.message : String(error));
    }),
  );

const leadingOn = (address: string): string =>
  `http://127.0.0.1:${redirecting.port}/?to=${encodeURIComponent(address)}`;
for (const address of leading)
  await within('redirect of the catalogue', address, () =>
    fetchCatalogue(leadingOn(address), { upstream, egress: () => undefined }).catch(() => undefined),
  );

for (const address of leading)
  await within('redirect of an alert', address, async () => {
    const told = Promise.withResolvers<void>();
    const settings = { url: leadingOn(address) };
    const after = (): (() => void) => {
      told.resolve();
      return () => undefined;
    };
    const clock = { ...systemClock, after };
    new BudgetAlerts({ clock, settings, upstream, write: () => undefined }).passed({
      budget: { id: 'b', scope: 'key:k', limitNanoUsd: 1n, window: { kind: 'day' }, timeZone: 'UTC', soft: true },
      counter: address,
      limitNanoUsd: 1n,
      spentNanoUsd: 2n,
    } as Parameters<BudgetAlerts['passed']>[0]);
    await told.promise;
  });

// The proof could see a hole: what a rule allows is reached, at the address that was looked up.
allow([readEgressRule('allowed.public:8080')].filter((rule) => typeof rule !== 'string'));
const before = canaries.reached;
await call('http://allowed.public:8080/');
const sees = canaries.reached === before + 1;

closeIdle();
await sluice.stop();
canaries.stop();
nameServer.stop();
await Promise.all([redirecting.stop(true), provider.stop(true)]);
const places = surfaces.length + 4;
finish(
  'ssrf',
  { payloads: tried.length, surfaces: places, ...found, refusedLines, words: words.size, told: told.size, sees },
  found.reached === 0 &&
    found.crashed === 0 &&
    sees &&
    words.size === 1 &&
    told.size === 1 &&
    refusedLines > 0 &&
    lines.length > 0 &&
    places >= 16,
);
