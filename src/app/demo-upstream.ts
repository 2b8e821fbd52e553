import { inProcessScheme } from '../core/catalog/provider.ts';
import { concatBytes } from '../core/json/span-patch.ts';
import { type SseFrame, writeSseFrame } from '../core/stream/sse-frame.ts';
import type { Cancellation } from '../ports/cancellation.ts';
import type { Ids } from '../ports/ids.ts';
import type { Upstream, UpstreamReply, WireCall } from '../ports/upstream.ts';
import type { DemoAnswer } from '../simulators/demo-answer.ts';

/** Between two frames of a demo stream, so that it looks like one. */
const paceMs = 15;

/** Answers calls of the built-in demo provider in process and passes all others on. */
export class DemoUpstream implements Upstream {
  readonly #others: Upstream;
  readonly #ids: Ids;

  constructor(others: Upstream, ids: Ids) {
    this.#others = others;
    this.#ids = ids;
  }

  send(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    return call.url.startsWith(inProcessScheme)
      ? this.#answer(call, cancellation)
      : this.#others.send(call, cancellation);
  }

  async #answer(call: WireCall, cancellation: Cancellation): Promise<UpstreamReply> {
    if (call.method !== 'POST') return new DemoReply(nothingKept, cancellation);
    // Loaded with the first demo call: most installations never make one.
    const { demoAnswer } = await import('../simulators/demo-answer.ts');
    const path = call.url.slice(call.url.indexOf('/'));
    const body = typeof call.body === 'string' ? call.body : new TextDecoder().decode(call.body);
    const answer = demoAnswer(
      {
        dialect: path.includes('/messages') ? 'anthropic-messages' : 'openai-chat',
        path,
        headers: { ...call.headers, ...anyKey },
        body,
      },
      { serial: this.#ids.next(), nowSeconds: Math.floor(Date.now() / 1000), pace: () => Bun.sleep(paceMs) },
    );
    return new DemoReply(answer, cancellation);
  }
}

/** Simulated providers want a key, as real ones do; the demo has none to give. */
const anyKey = { authorization: 'Bearer demo', 'x-api-key': 'demo', 'x-goog-api-key': 'demo' };

/** What was answered before can be asked for at a real provider. */
const nothingKept: DemoAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: {
      message: 'The built-in demo keeps no answers.',
      type: 'invalid_request_error',
      param: null,
      code: 'not_found',
    },
  }),
};

class DemoReply implements UpstreamReply {
  readonly status: number;
  readonly #answer: DemoAnswer;
  readonly #cancellation: Cancellation;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #cancelled = false;

  constructor(answer: DemoAnswer, cancellation: Cancellation) {
    this.status = answer.status;
    this.#answer = answer;
    this.#cancellation = cancellation;
    this.#pieces = pieces(answer.body);
  }

  header(name: string): string | undefined {
    return this.#answer.headers[name];
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#cancelled || this.#cancellation.cancelled) throw this.#cancellation.failure();
    const { done, value } = await this.#pieces.next();
    return done === true ? undefined : value;
  }

  async readAll(): Promise<Uint8Array> {
    const all: Uint8Array[] = [];
    for (let piece = await this.read(); piece !== undefined; piece = await this.read()) all.push(piece);
    return concatBytes(all);
  }

  cancel(): void {
    this.#cancelled = true;
  }
}

async function* pieces(body: string | AsyncIterable<SseFrame>): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  if (typeof body === 'string') yield encoder.encode(body);
  else for await (const frame of body) yield encoder.encode(writeSseFrame(frame));
}
