import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse, Choice } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { readLogprobs } from '../wire/logprobs.ts';
import { own, restOf } from '../wire/own.ts';
import { readAssistant } from '../wire/read-assistant.ts';
import { readStop } from '../wire/stop-reason.ts';
import { readUsage } from '../wire/usage.ts';
import { inBandFailure } from './decode-fault.ts';

/** Reads a whole answer of POST /v2/chat. It names no model. */
export const decodeResponse = (body: Json): ChatResponse => {
  const message = isObject(body) ? body['message'] : undefined;
  if (isObject(body) && typeof message === 'string' && body['finish_reason'] === undefined)
    throw inBandFailure(message, body);
  if (!isObject(body) || !isObject(message))
    throw new GatewayError('upstream_invalid', 'The provider answered without a "message".');
  const usage = readUsage(body['usage']);
  const extras = restOf(body, knownMembers);
  return {
    id: stringAt(body, 'id') ?? '',
    model: stringAt(body, 'model') ?? '',
    choices: [readChoice(body, message)],
    ...(usage === undefined ? {} : { usage }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const readChoice = (body: JsonObject, message: JsonObject): Choice => {
  const rawStop = stringAt(body, 'finish_reason') ?? '';
  const logprobs = readLogprobs(body['logprobs']);
  const { blocks, otherCitations } = readAssistant(message);
  const rest = restOf(message, knownMessage);
  return {
    index: 0,
    blocks,
    stop: readStop(rawStop),
    rawStop,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...messageExtras(rest, otherCitations),
  };
};

/** Members of the message without a place of their own. */
export const messageExtras = (
  rest: JsonObject | undefined,
  citations: readonly JsonObject[],
): Pick<Choice, 'extras'> => {
  if (rest === undefined && citations.length === 0) return {};
  return { extras: { [own]: { message: { ...rest, ...(citations.length === 0 ? {} : { citations }) } } } };
};

const knownMembers = new Set(['id', 'model', 'finish_reason', 'message', 'usage', 'logprobs']);
const knownMessage = new Set(['role', 'content', 'tool_calls', 'tool_plan', 'citations']);
