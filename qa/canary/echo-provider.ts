/** A provider that repeats everything it was sent in its errors: headers, body and all. */
export const startEchoProvider = () => {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers);
      const body = await request.text();
      const { pathname } = new URL(request.url);
      const status = Number(/"model":"(\d{3})/.exec(body)?.[1] ?? 500);
      if (body.includes('as-page'))
        return new Response(`<html>${JSON.stringify(headers)} ${body}</html>`, {
          status,
          headers: { 'content-type': 'text/html' },
        });
      if (body.includes('cut-off'))
        return new Response(
          `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":${JSON.stringify(body)}}}]}\n\n`,
          {
            headers: { 'content-type': 'text/event-stream' },
          },
        );
      const message = `Bad call of ${pathname} with ${headers['authorization'] ?? ''} ${JSON.stringify(headers)}: ${body}`;
      return Response.json(
        { error: { message, type: 'server_error', code: headers['authorization'] ?? null } },
        { status },
      );
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => void server.stop(true) };
};
