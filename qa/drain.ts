// Streams that are open when the stop comes run to their end: none is cut, and the program ends with 0.
// `bun qa/drain.ts [--streams 500] [--seconds 20]`
import { parseArgs } from 'node:util';
import { startProgram } from '../test/support/sluice-program.ts';
import { startChild } from './proof/child-program.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '500' }, seconds: { type: 'string', default: '20' } },
});
const streams = Number(values.streams);
const seconds = Number(values.seconds);
const frameMs = 250;
const frames = Math.ceil((seconds * 1000) / frameMs);

const masterKey = 'sk-proof';
const upstream = await startChild('upstream-program.ts');
const ends = new Map<string, number>();
const sluice = await startProgram({
  masterKey,
  config: JSON.stringify({
    drain_ms: (seconds + 60) * 1000,
    providers: [{ id: 'proof', base_url: `http://127.0.0.1:${upstream.greeting}/v1` }],
  }),
  line: (line) => {
    if (!line.startsWith('{')) return;
    const end = (JSON.parse(line) as { readonly end?: string }).end ?? 'none';
    ends.set(end, (ends.get(end) ?? 0) + 1);
  },
});

const messages = [{ role: 'user', content: 'go' }];
const model = `proof/stream-${frames}-200-${frameMs}`;
/** Half of them through the translated lane. */
const ask = (index: number): Promise<Response> =>
  fetch(sluice.url + (index % 2 === 0 ? '/v1/chat/completions' : '/v1/messages'), {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages, max_tokens: 100, stream: true }),
    timeout: false,
  } as RequestInit);

interface Reading {
  readonly begun: Promise<void>;
  readonly whole: Promise<boolean>;
}

/** Reads to the end, and says whether every frame and the end were there. */
const read = (index: number): Reading => {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const whole = async (): Promise<boolean> => {
    const response = await ask(index);
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      begin();
    }
    const last = index % 2 === 0 ? 'data: [DONE]\n\n' : 'data: {"type":"message_stop"}\n\n';
    return text.endsWith(last) && text.includes(`${frames - 1}:`) && !/"error"/.test(text);
  };
  return {
    begun,
    whole: whole()
      .catch(() => false)
      .finally(begin),
  };
};

say(`${streams} streams of ${seconds} s`);
const readings = Array.from({ length: streams }, (_, index) => read(index));
await Promise.all(readings.map((reading) => reading.begun));
say('all are open: stopping');
const stoppedMs = performance.now();
sluice.kill('SIGTERM');
let unreadyMs = Number.POSITIVE_INFINITY;
while (performance.now() - stoppedMs < 5000) {
  if ((await fetch(`${sluice.url}/readyz`).catch(() => undefined))?.status === 503) {
    unreadyMs = performance.now() - stoppedMs;
    break;
  }
}
const late = (await ask(0)).status;
const whole = await Promise.all(readings.map((reading) => reading.whole));
const cut = whole.filter((each) => !each).length;
const exit = await sluice.exited;
await upstream.stop();
const done = ends.get('done') ?? 0;
finish(
  'drain',
  { streams, seconds, cut, exit, unreadyMs: Math.round(unreadyMs), late, done, ends: Object.fromEntries(ends) },
  cut === 0 && exit === 0 && unreadyMs <= 250 && late === 503 && done === streams,
);
