/** The fixed-answer upstream where there is no C compiler: same answers, same pace, coarser. Prints {"port":N} once it listens. */
const words = [
  ' the quick',
  ' brown fox',
  ' jumps over',
  ' a lazy dog',
  ' while the',
  ' rain keeps',
  ' falling on',
  ' quiet roofs',
];
const text =
  'A router takes each question, looks at what it needs and sends it to the model that answers it best for the money, then ' +
  'writes down what was asked, what came back and what it cost, so that the next choice can be a better one than the last.';

const head = {
  id: 'chatcmpl-BenchAnswer0123456789abcdef',
  object: 'chat.completion.chunk',
  created: 1_760_000_000,
  model: 'bench',
  service_tier: 'default',
  system_fingerprint: 'fp_bench01234567',
};
const openaiUsage = { prompt_tokens: 212, completion_tokens: 48, total_tokens: 260 };
const message = { id: 'msg_BenchAnswer0123456789abcdef', type: 'message', role: 'assistant', model: 'bench' };

interface Format {
  readonly whole: unknown;
  opening(withUsage: boolean): string;
  chunk(word: string, withUsage: boolean): string;
  ending(withUsage: boolean): string;
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string; readonly [member: string]: unknown }): string =>
  `event: ${value.type}\n${data(value)}`;

const openaiFrame = (choices: readonly unknown[], usage?: unknown): string =>
  data({ ...head, choices, ...(usage === undefined ? {} : { usage }) });

const openai: Format = {
  whole: {
    ...head,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: openaiUsage,
  },
  opening: (withUsage) => delta({ role: 'assistant', content: '', refusal: null }, null, withUsage),
  chunk: (word, withUsage) => delta({ content: word }, null, withUsage),
  ending: (withUsage) =>
    `${delta({}, 'stop', withUsage)}${withUsage ? openaiFrame([], openaiUsage) : ''}data: [DONE]\n\n`,
};

const delta = (value: unknown, reason: string | null, withUsage: boolean): string =>
  openaiFrame([{ index: 0, delta: value, finish_reason: reason }], withUsage ? null : undefined);

const anthropic: Format = {
  whole: {
    ...message,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 212, output_tokens: 48 },
  },
  opening: () =>
    named({
      type: 'message_start',
      message: {
        ...message,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 212, output_tokens: 1 },
      },
    }) + named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  chunk: (word) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } }),
  ending: () =>
    named({ type: 'content_block_stop', index: 0 }) +
    named({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 48 },
    }) +
    named({ type: 'message_stop' }),
};

const stats = { requests: 0, streams: 0, openStreams: 0, mostOpenStreams: 0, chunks: 0 };

const streamOf = (format: Format, body: string): ReadableStream<string> => {
  const withUsage = /"include_usage":\s*true/.test(body);
  const count = Number(/chunks=(\d+)/.exec(body)?.[1] ?? 100);
  const everyMs = Number(/every_us=(\d+)/.exec(body)?.[1] ?? 50_000) / 1000;
  let open = true;
  const close = (): void => {
    if (open) stats.openStreams--;
    open = false;
  };
  return new ReadableStream<string>({
    async start(controller) {
      stats.streams++;
      stats.openStreams++;
      stats.mostOpenStreams = Math.max(stats.mostOpenStreams, stats.openStreams);
      controller.enqueue(format.opening(withUsage));
      let dueMs = performance.now();
      for (let at = 0; at < count && open; at++) {
        controller.enqueue(format.chunk(words[at % words.length] ?? '', withUsage));
        stats.chunks++;
        dueMs += everyMs;
        if (everyMs > 0) await Bun.sleep(Math.max(0, dueMs - performance.now()));
      }
      if (!open) return;
      close();
      controller.enqueue(format.ending(withUsage));
      controller.close();
    },
    cancel: close,
  });
};

const answer = async (request: Request): Promise<Response> => {
  const format = request.url.endsWith('/messages')
    ? anthropic
    : request.url.endsWith('/chat/completions')
      ? openai
      : undefined;
  if (format === undefined) {
    if (request.url.endsWith('/reset'))
      Object.assign(stats, { requests: 0, streams: 0, mostOpenStreams: stats.openStreams, chunks: 0 });
    return Response.json(stats);
  }
  stats.requests++;
  const body = await request.text();
  if (!/"stream":\s*true/.test(body)) return Response.json(format.whole);
  const bytes = streamOf(format, body).pipeThrough(new TextEncoderStream());
  return new Response(bytes, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
};

const server = Bun.serve({ hostname: '127.0.0.1', port: 0, idleTimeout: 0, fetch: answer });
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
