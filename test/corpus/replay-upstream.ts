import type { Exchange } from './exchange.ts';

export interface Received {
  readonly path: string;
  readonly body: string;
}

/** What a stream without a recorded content type is called. */
const streamType = ({ stream, stream_format: format }: Exchange): string | undefined => {
  if (!stream) return undefined;
  if (format === 'aws-eventstream') return 'application/vnd.amazon.eventstream';
  return format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream';
};

/** A provider that answers one recording at a time, byte for byte, and keeps what it was sent. */
export class ReplayUpstream {
  readonly #server: ReturnType<typeof Bun.serve>;
  #exchange: Exchange | undefined;
  #received: Received[] = [];

  constructor() {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const url = new URL(request.url);
        this.#received.push({ path: url.pathname + url.search, body: await request.text() });
        return this.#answer();
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** From now on this recording is answered. */
  play(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#received = [];
  }

  get received(): readonly Received[] {
    return this.#received;
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }

  #answer(): Response {
    const exchange = this.#exchange;
    if (exchange === undefined) return new Response('no recording', { status: 500 });
    const headers = new Headers();
    const contentType = exchange.response_headers['content-type'];
    headers.set('content-type', contentType ?? streamType(exchange) ?? 'application/json');
    const retryAfter = exchange.response_headers['retry-after'];
    if (retryAfter !== undefined) headers.set('retry-after', retryAfter);
    const body =
      exchange.response_body_encoding === 'base64'
        ? Buffer.from(exchange.response_body, 'base64')
        : exchange.response_body;
    return new Response(body, { status: exchange.status, headers });
  }
}
