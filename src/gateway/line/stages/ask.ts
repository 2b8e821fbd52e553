import type { Json } from '../../../core/json/json.ts';
import type { WireCall } from '../../../ports/upstream.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { keysOf } from '../telling/secrets-of.ts';
import { toldAnswer } from '../telling/told-answer.ts';
import { withoutKeys } from '../telling/without-keys.ts';
import { attempt, parseAnswer } from './attempt.ts';

export interface WholeAnswer {
  readonly answer: Json;
  /** As it came, for clients of the same dialect. */
  readonly bytes: Uint8Array | string;
  /** Tokens of the input, where a header of the answer counts them. */
  readonly inputTokens?: number;
}

/** Sends a call whose answer is never streamed, and reads the answer. Throws what `attempt` and `parseAnswer` throw. */
export const ask = async (
  identified: Identified,
  sent: { readonly call: WireCall; readonly target: Target },
  tools: LineTools,
): Promise<WholeAnswer> => {
  const { provider, served } = sent.target;
  const reply = await attempt(identified, sent, tools);
  const bytes = withoutKeys(await reply.readAll(), keysOf(provider, tools.credentials));
  identified.settlement.answered();
  const answer = parseAnswer(bytes, reply.header('content-type'), {
    dialect: served.dialect,
    operation: identified.door.operation,
  });
  const counted = Number(served.countHeader === undefined ? Number.NaN : reply.header(served.countHeader));
  return {
    answer,
    bytes: toldAnswer(bytes, answer, { provider, credentials: tools.credentials }),
    ...(Number.isSafeInteger(counted) && counted >= 0 ? { inputTokens: counted } : {}),
  };
};
