// A provider in OpenAI's chat format that remembers which models it was asked for and how often, in a process of its own. Says its port; answers each
// line on its input with what it has seen, as JSON.
const seen = new Map<string, number>();
const usage = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };
const encoder = new TextEncoder();

const frame = (body: object): Uint8Array =>
  encoder.encode(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...body })}\n\n`,
  );

async function* frames(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let index = 0; index < 4; index++) {
    yield frame({ choices: [{ index: 0, delta: { content: `${index} ` }, finish_reason: null }] });
    await Bun.sleep(3);
  }
  yield frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  yield frame({ choices: [], usage });
  yield encoder.encode('data: [DONE]\n\n');
}

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const { model = '', stream = false } = (await request.json()) as {
      readonly model?: string;
      readonly stream?: boolean;
    };
    seen.set(model, (seen.get(model) ?? 0) + 1);
    if (stream) return new Response(frames(), { headers: { 'content-type': 'text/event-stream' } });
    const message = { role: 'assistant', content: 'ok' };
    return Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    });
  },
});
process.stdout.write(`${server.port}\n`);
for await (const _ of console) process.stdout.write(`${JSON.stringify(Object.fromEntries(seen))}\n`);
process.exit(0);

export {};
