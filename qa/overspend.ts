// A thousand calls at once on a key with one dollar, through a route whose second target is dearer than its first: strict holds let nothing through
// beyond it, sliced ones one percent at most, and nobody is refused while half of it is left. `bun qa/overspend.ts [--calls 1000]`
import { parseArgs } from 'node:util';
import { startProgram } from '../test/support/sluice-program.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '1000' } } });
const calls = Number(values.calls);
const masterKey = 'sk-proof';
const limitNanoUsd = 1_000_000_000n;

const encoder = new TextEncoder();
const frame = (body: object): Uint8Array =>
  encoder.encode(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, ...body })}\n\n`);
const pieces = 40;
const piece =
  'money is counted in whole nano dollars here and nothing is lost on its way to the ledger of the house '.repeat(2);
/** The provider's own count: fewer than any tokenizer of ours makes of these words would be a gift. */
const usage = { prompt_tokens: 20, completion_tokens: pieces * 40, total_tokens: 20 + pieces * 40 };

async function* answer(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < pieces; at++) {
    yield frame({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] });
    await Bun.sleep(5);
  }
  yield frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  yield frame({ choices: [], usage });
  yield encoder.encode('data: [DONE]\n\n');
}

const upstream = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 0,
  fetch(request) {
    // The cheap target is down, so every call falls back on the dearer one.
    if (new URL(request.url).pathname.startsWith('/cheap'))
      return new Response('{"error":{"message":"down"}}', { status: 500 });
    return new Response(answer(), { headers: { 'content-type': 'text/event-stream' } });
  },
});

interface Logged {
  readonly event?: string;
  readonly end: string;
  readonly nanoUsd?: string;
}

/** A key that may spend one dollar, ever. */
const dollarKey = async (url: string): Promise<string> => {
  const made = await fetch(`${url}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ budgets: [{ limit_usd: '1', window: 'lifetime' }] }),
  });
  return ((await made.json()) as { readonly key: string }).key;
};

const run = async (
  hold: 'strict' | 'sliced',
  { clients, total }: { readonly clients: number; readonly total: number },
) => {
  const records: Logged[] = [];
  const sluice = await startProgram({
    masterKey,
    config: JSON.stringify({
      money: { hold },
      providers: ['cheap', 'dear'].map((id) => ({
        id,
        base_url: `http://127.0.0.1:${upstream.port}/${id}/v1`,
        api_key: 'sk-provider-key',
      })),
      models: [
        { id: 'cheap/m', prices: { input_per_million: 0.1, output_per_million: 0.5 } },
        { id: 'dear/m', prices: { input_per_million: 2, output_per_million: 10 } },
      ],
      routes: { both: { fallback: ['cheap/m', 'dear/m'] } },
    }),
    line: (line) => {
      if (line.startsWith('{"time"')) records.push(JSON.parse(line) as Logged);
    },
  });
  const key = await dollarKey(sluice.url);
  let passed = 0;
  let refused = 0;
  let stopped = 0;
  let left = total;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const reply = await fetch(`${sluice.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'both',
          max_tokens: 3000,
          stream: true,
          messages: [{ role: 'user', content: 'go' }],
        }),
      });
      const text = await reply.text();
      if (reply.status !== 200) refused++;
      else if (text.includes('[DONE]') && !text.includes('"error"')) passed++;
      else stopped++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const code = await sluice.stop();
  const spent = records.reduce((sum, { nanoUsd }) => sum + BigInt(nanoUsd ?? '0'), 0n);
  const over = spent > limitNanoUsd ? spent - limitNanoUsd : 0n;
  say(
    `${hold}, ${clients} at once: ${passed} passed, ${stopped} stopped, ${refused} refused, spent ${spent}, over ${over}`,
  );
  return { passed, refused, stopped, spent, over, code };
};

const strict = await run('strict', { clients: calls, total: calls });
const sliced = await run('sliced', { clients: calls, total: calls });
/** What one whole answer costs, in nano-dollars. */
const each = usage.prompt_tokens * 2000 + usage.completion_tokens * 10_000;
const half = Math.floor(Number(limitNanoUsd) / 2 / each);
const falseRefusals = await run('sliced', { clients: 8, total: half });
await upstream.stop(true);
const refusedShare = (falseRefusals.refused + falseRefusals.stopped) / half;
const slicedShare = Number(sliced.over) / Number(limitNanoUsd);
finish(
  'overspend',
  {
    calls,
    strictOver: Number(strict.over),
    slicedOverPercent: Math.round(slicedShare * 1e5) / 1e3,
    falseRefusalPercent: Math.round(refusedShare * 1e5) / 1e3,
    strictSpent: Number(strict.spent),
    slicedSpent: Number(sliced.spent),
  },
  strict.over === 0n &&
    slicedShare <= 0.01 &&
    refusedShare <= 0.001 &&
    strict.passed > 0 &&
    sliced.passed + sliced.stopped > 0,
);
