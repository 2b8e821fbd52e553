import type { DialectId } from '../core/ir/dialect-id.ts';
import type { SseFrame } from '../core/stream/sse-frame.ts';
import { alterReply } from './server/alter-reply.ts';
import type { Reply } from './server/reply.ts';
import { simulateCall } from './server/simulate-call.ts';

/** The models of the built-in demo provider. */
export const demoModels = ['demo', 'demo-embedding'] as const;

export interface DemoAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A whole body, or the frames of a stream as fast as they are pulled. */
  readonly body: string | AsyncIterable<SseFrame>;
}

/** What the demo needs from outside. `serial` makes the answer's ids: letters and digits, unique for each call. */
export interface DemoOptions {
  readonly serial: string;
  readonly nowSeconds: number;
  /** Called between the frames of a stream, to pace it; absent means no waiting. */
  readonly pace?: () => Promise<void>;
}

export interface DemoCall {
  /** The dialect the caller expects; the path must be one of its own. */
  readonly dialect: DialectId;
  /** Path and query, such as `/v1/chat/completions`. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a call in process, without a socket or a key: the built-in demo provider. */
export const demoAnswer = (call: DemoCall, options: DemoOptions): DemoAnswer => {
  const version = call.dialect === 'anthropic-messages' ? { 'anthropic-version': '2023-06-01' } : {};
  const outcome = simulateCall(
    { method: 'POST', path: call.path, headers: { ...version, ...call.headers }, body: call.body },
    { key: null, models: demoModels, serial: options.serial, nowSeconds: options.nowSeconds },
  );
  const reply = alterReply(outcome.reply, outcome.route.dialect, outcome.scenario);
  return { status: reply.status, headers: reply.headers, body: bodyOf(reply, options.pace) };
};

const bodyOf = (reply: Reply, pace: DemoOptions['pace']): DemoAnswer['body'] => {
  if (typeof reply.body === 'string') return reply.body;
  return reply.body instanceof Uint8Array ? new TextDecoder().decode(reply.body) : paced(reply.body, pace);
};

async function* paced(frames: readonly SseFrame[], pace: DemoOptions['pace']): AsyncGenerator<SseFrame> {
  for (const frame of frames) {
    if (pace !== undefined) await pace();
    yield frame;
  }
}
