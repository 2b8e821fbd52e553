/** A gateway reduced to its duties: check the key, parse, rewrite the model, ask the upstream, read the usage; streams pass untouched. */
const upstream = process.env['BENCH_UPSTREAM'] ?? '';
const key = `Bearer ${process.env['BENCH_KEY']}`;
const upstreamHeaders = { 'content-type': 'application/json', authorization: 'Bearer x' };
const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const jsonHeaders = { 'content-type': 'application/json' };

interface ChatBody {
  model: string;
  stream?: boolean;
}

let tokens = 0;

const proxy = async (request: Request): Promise<Response> => {
  if (request.headers.get('authorization') !== key) return Response.json({ error: 'wrong key' }, { status: 401 });
  const body = JSON.parse(await request.text()) as ChatBody;
  body.model = body.model.slice(body.model.indexOf('/') + 1);
  const answer = await fetch(`${upstream}/v1/chat/completions`, {
    method: 'POST',
    headers: upstreamHeaders,
    body: JSON.stringify(body),
    signal: request.signal,
  });
  if (body.stream === true) return new Response(answer.body, { headers: streamHeaders });
  const text = await answer.text();
  tokens += (JSON.parse(text) as { usage: { total_tokens: number } }).usage.total_tokens;
  return new Response(text, { headers: jsonHeaders });
};

Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env['BENCH_PORT']),
  idleTimeout: 0,
  fetch: (request) => (request.url.endsWith('/readyz') ? new Response(String(tokens)) : proxy(request)),
});
