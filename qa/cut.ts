// Streams that are cut at every chunk, in every way: no client is told that its answer is whole, and each is charged what was produced.
// Judged by a tokenizer that the gateway does not import. `bun qa/cut.ts [--every 1]`
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { getEncoding } from 'js-tiktoken';
import { startProgram } from '../test/support/sluice-program.ts';
import { CutUpstream, type Fate } from './proof/cut-upstream.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' } } });
const every = Number(values.every);

const judge = getEncoding('o200k_base');
const tokensIn = (text: string): number => judge.encode(text, [], []).length;
const answer =
  'Money is counted in nano-dollars. Das geht auch auf Deutsch, 日本語でも、 and in code: `const sum = (a, b) => a + b;` — every word of it costs something. ' +
  'The quick brown fox jumps over the lazy dog, 12,345.67 times a day.';
const words = judge.encode(answer);
const perChunk = 4;
const chunks: string[] = [];
for (let at = 0, before = ''; at < words.length; at += perChunk) {
  const text = judge.decode(words.slice(0, at + perChunk));
  // A chunk never ends inside a character.
  if (text.includes('\uFFFD')) continue;
  chunks.push(text.slice(before.length));
  before = text;
}
const prompt = 'Tell me something of money, in a few words and more than one language. '.repeat(12);
/** Three for a message and its role, three that begin the answer: what OpenAI's own guide says. */
const promptTokens = tokensIn(prompt) + tokensIn('user') + 3 + 3;
const wholeTokens = tokensIn(chunks.join(''));
const usage = { prompt_tokens: promptTokens, completion_tokens: wholeTokens, total_tokens: promptTokens + wholeTokens };

const ways = ['fin', 'rst', 'gone', 'stalled'] as const;
type Way = (typeof ways)[number];
interface Case {
  readonly name: string;
  readonly way: Way;
  readonly cutAfter: number;
  readonly billsOn: boolean;
  readonly door: string;
}

/** Beyond what the kernel and the runtime keep of an answer that nobody reads. */
const paddingBytes = 3_000_000;
const fateOf = ({ way, cutAfter, billsOn }: Case): Fate => {
  if (way === 'stalled') return { kind: 'padded', bytes: paddingBytes, billsOn };
  return way === 'gone' ? { kind: 'waits', cutAfter, billsOn } : { kind: way, cutAfter };
};

const cases: Case[] = [];
const places = chunks.map((_, place) => place).filter((place) => place % every === 0 || place === chunks.length - 1);
for (const [doorName, door] of [
  ['native', '/v1/chat/completions'],
  ['translated', '/v1/messages'],
] as const) {
  for (const billsOn of [false, true]) {
    // Padding does not survive translation, so nobody stalls behind it.
    for (const way of ways.filter((one) => one !== 'stalled' || doorName === 'native')) {
      // Where a client stalls is the kernel's to say, so one of each kind is enough.
      for (const cutAfter of way === 'stalled' ? [0] : places)
        cases.push({ name: `${doorName}-${way}-${billsOn ? 'on' : 'off'}-${cutAfter}`, way, cutAfter, billsOn, door });
    }
  }
}
const byName = new Map(cases.map((one) => [one.name, one]));

const upstream = new CutUpstream((name) => {
  const one = byName.get(name);
  if (one === undefined) throw new Error(`no case ${name}`);
  return { fate: fateOf(one), chunks, usage };
});
const baseUrl = await upstream.listen();
const inputRate = 2500n;
const outputRate = 10_000n;
const prices = { input_per_million: 2.5, output_per_million: 10 };
interface Logged {
  readonly end: string;
  readonly requestedModel: string;
  readonly nanoUsd?: string;
  readonly chargeSource?: string;
}
const logged = new Map<string, Logged>();
const times = new Map<string, number>();
const masterKey = 'sk-proof';
const named = (providerId: string) => ({ id: providerId, base_url: baseUrl, api_key: 'sk-provider-key' });
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    stall_ms: 1000,
    providers: [named('together'), named('groq')],
    models: cases.map(({ name, billsOn }) => ({
      id: `${billsOn ? 'groq' : 'together'}/gpt-4o-stream-${name}`,
      prices,
    })),
  }),
  line: (line) => {
    if (!line.startsWith('{')) return;
    const record = JSON.parse(line) as Logged;
    const name = /-stream-(.*)$/.exec(record.requestedModel ?? '')?.[1];
    if (name === undefined) return;
    logged.set(name, record);
    times.set(name, (times.get(name) ?? 0) + 1);
  },
});

const until = async (holds: () => boolean, what: string): Promise<void> => {
  const endMs = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await Bun.sleep(5);
  }
};

/** Asks, and leaves or stalls where the case says so. Answers what the client has read. */
const ask = async (one: Case): Promise<string> => {
  const model = `${one.billsOn ? 'groq' : 'together'}/gpt-4o-stream-${one.name}`;
  const body = JSON.stringify({
    model,
    max_tokens: 500,
    stream: true,
    messages: [{ role: 'user', content: prompt }],
  });
  if (one.way === 'stalled') return stall(one, body);
  const leaving = new AbortController();
  // Before the first word there may be no byte to wait for.
  if (one.cutAfter === 0) setTimeout(() => (one.way === 'gone' ? leaving.abort() : upstream.release(one.name)), 150);
  const reply = await fetch(sluice.url + one.door, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body,
    signal: leaving.signal,
  }).catch(() => undefined);
  let text = '';
  const wanted = chunks.slice(0, one.cutAfter).join('').length;
  try {
    const decoder = new TextDecoder();
    for await (const piece of reply?.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (one.cutAfter === 0 || saidIn(text).length < wanted) continue;
      if (one.way === 'gone') leaving.abort();
      upstream.release(one.name);
    }
  } catch {
    // A broken connection is one of the ways.
  }
  upstream.release(one.name);
  return text;
};

/** A client that asks and never reads. */
const stall = async (one: Case, body: string): Promise<string> => {
  const { hostname, port } = new URL(sluice.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.pause();
  socket.write(
    `POST ${one.door} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${masterKey}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await until(() => logged.has(one.name), `${one.name} is cut`);
  socket.destroy();
  return '';
};

/** The answer's text as a client reads it at either door. */
const saidIn = (stream: string): string =>
  stream
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => {
      try {
        const data = JSON.parse(line.slice(6)) as {
          readonly choices?: readonly { readonly delta?: { readonly content?: string } }[];
          readonly delta?: { readonly text?: string };
        };
        return data.choices?.[0]?.delta?.content ?? data.delta?.text ?? '';
      } catch {
        return '';
      }
    })
    .join('');

const fakeEnd = /\[DONE\]|"finish_reason":"|message_stop|"stop_reason":"/;
let fakeFinishes = 0;
let doubles = 0;
let worst = 0;
const wrong: string[] = [];
const check = (one: Case, text: string): void => {
  const record = logged.get(one.name);
  const seen = upstream.seen(one.name);
  if (record === undefined || seen === undefined) {
    wrong.push(
      `${one.name}: ${seen === undefined ? 'never reached the provider' : 'no record'}: ${JSON.stringify(record)}`,
    );
    return;
  }
  if (times.get(one.name) !== 1) doubles++;
  if (one.way !== 'gone' && fakeEnd.test(text)) fakeFinishes++;
  const charged = Number(record.nanoUsd ?? 'NaN');
  const cost = (output: number): number => Number(BigInt(promptTokens) * inputRate + BigInt(output) * outputRate);
  const [least, most] =
    one.way === 'stalled' && !one.billsOn
      ? // Between what reached the gateway for certain and what the provider wrote.
        [cost(0), cost(tokensIn(chunks.slice(0, seen.written).join('')))]
      : (() => {
          const true_ =
            one.billsOn && (one.way === 'gone' || one.way === 'stalled')
              ? wholeTokens
              : tokensIn(chunks.slice(0, one.cutAfter).join(''));
          return [cost(true_), cost(true_)];
        })();
  const error = charged < least ? (least - charged) / least : charged > most ? (charged - most) / most : 0;
  if (!(error <= worst)) worst = error;
  if (!(error <= 0.02))
    wrong.push(`${one.name}: charged ${charged}, should be ${least} to ${most}, ${record.end} ${record.chargeSource}`);
};

say(`${cases.length} streams, ${chunks.length} chunks of ${perChunk} tokens`);
const waiting = [...cases];
const work = async (): Promise<void> => {
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    try {
      const text = await ask(one);
      await until(() => logged.has(one.name), `the record of ${one.name}`);
      check(one, text);
    } catch (error) {
      wrong.push(`${one.name}: ${String(error)}`);
    }
  }
};
await Promise.all(Array.from({ length: 12 }, work));
const code = await sluice.stop();
upstream.close();
for (const line of wrong.slice(0, 20)) say(line);
finish(
  'cut',
  {
    streams: cases.length,
    fakeFinishes,
    doubles,
    wrong: wrong.length,
    worstErrorPercent: Math.round(worst * 1e4) / 100,
    exit: code,
  },
  fakeFinishes === 0 && doubles === 0 && wrong.length === 0 && code === 0,
);
