// A provider whose answers are made to hold the gateway up, in a process of its own. Says its port, and answers a line on its input with the names of
// its answers; the model's name chooses one.
import { brotliCompressSync, gzipSync } from 'node:zlib';

const megabyte = 1024 * 1024;
const json = { 'content-type': 'application/json' };
const stream = { 'content-type': 'text/event-stream' };

type Answer = () => Response;

const message = (content: string): string => `{"choices":[{"message":{"role":"assistant","content":${content}}}]}`;
const frame = (content: string): string => `data: {"choices":[{"index":0,"delta":{"content":${content}}}]}\n\n`;
const brotli = new Uint8Array(brotliCompressSync(new Uint8Array(100 * megabyte)));
const gzip = new Uint8Array(gzipSync(new Uint8Array(100 * megabyte)));
const streamed =
  (body: string): Answer =>
  () =>
    new Response(body, { headers: stream });
const whole =
  (body: string, status = 200): Answer =>
  () =>
    new Response(body, { status, headers: json });

const answers: Readonly<Record<string, Answer>> = {
  'brotli-bomb': () => new Response(brotli, { headers: { ...json, 'content-encoding': 'br' } }),
  'gzip-bomb': () => new Response(gzip, { headers: { ...json, 'content-encoding': 'gzip' } }),
  'stream-bomb': () => new Response(gzip, { headers: { ...stream, 'content-encoding': 'gzip' } }),
  deep: whole(message(`${'['.repeat(megabyte)}${']'.repeat(megabyte)}`)),
  wide: whole(message(`[${'{},'.repeat(2 * megabyte)}{}]`)),
  text: whole(message(`"${'x'.repeat(16 * megabyte)}"`)),
  'error-text': whole(JSON.stringify({ error: { message: 'sk-'.repeat(megabyte) } }), 400),
  'error-page': () => new Response('<p>'.repeat(megabyte), { status: 500, headers: { 'content-type': 'text/html' } }),
  'stream-line': streamed(`data: ${'x'.repeat(16 * megabyte)}`),
  'stream-deep': streamed(`${frame(`${'['.repeat(megabyte)}${']'.repeat(megabyte)}`)}data: [DONE]\n\n`),
  'stream-wide': streamed(`data: [${'{},'.repeat(2 * megabyte)}{}]\n\ndata: [DONE]\n\n`),
  'stream-small': streamed(`${frame('"x"').repeat(40_000)}data: [DONE]\n\n`),
  'stream-empty': streamed(`${'\n'.repeat(4 * megabyte)}data: [DONE]\n\n`),
  'stream-comments': streamed(`${':\n\n'.repeat(megabyte)}data: [DONE]\n\n`),
  'stream-fields': streamed(`${'event: x\n'.repeat(megabyte)}\ndata: [DONE]\n\n`),
};

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const { model = '' } = (await request.json()) as { model?: string };
    return answers[model]?.() ?? new Response('{}', { status: 404, headers: json });
  },
});
process.stdout.write(`${server.port}\n`);
for await (const _ of console) process.stdout.write(`${Object.keys(answers).join(',')}\n`);
process.exit(0);
