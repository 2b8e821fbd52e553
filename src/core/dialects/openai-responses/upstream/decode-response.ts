import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatResponse, TokenLogprob } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import { decodeItem, itemLogprobs } from '../wire/decode-item.ts';
import { decodeStop, type Sign, strongerSign } from '../wire/stop-reason.ts';
import { decodeUsage } from '../wire/usage.ts';
import { answerHead, answerTail } from './answer-members.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** Reads a whole answer. Throws `upstream_invalid` when it is not one, and the provider's own failure when it is an error with status 200. */
export const decodeResponse = (body: Json): ChatResponse => {
  if (!isObject(body)) throw invalid(`a JSON object was expected, it sent ${typeName(body)}`);
  const output = body['output'];
  if (!isArray(output)) {
    if (body['error'] !== undefined && body['error'] !== null) throw upstreamFailure(body);
    throw invalid('the answer has no "output" array');
  }
  if (!output.every(isObject)) throw invalid('its "output" holds something that is not an object');
  const items = output.filter(isObject);
  const blocks = [...looseReasoning(body, items), ...items.flatMap((item) => decodeItem(item, 'answer'))];
  const logprobs: readonly TokenLogprob[] = items.flatMap(itemLogprobs);
  const usage = decodeUsage(body);
  return {
    ...answerHead(body),
    choices: [
      {
        index: 0,
        blocks,
        ...decodeStop(body, blocks.reduce(strongerSign, undefined as Sign | undefined)),
        ...(logprobs.length === 0 ? {} : { logprobs }),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...answerTail(body),
    ...failureOf(body),
  };
};

const invalid = (problem: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider's answer cannot be read: ${problem}.`);

/** Some local servers tell the reasoning as one text beside the output. In OpenAI's own answers the member is an object. */
export const looseReasoning = (body: JsonObject, items: readonly JsonObject[]): readonly Block[] => {
  const text = body['reasoning'];
  const told = items.some((item) => item['type'] === 'reasoning');
  return typeof text === 'string' && text !== '' && !told ? [{ kind: 'thinking', text }] : [];
};

const failureOf = (body: JsonObject): Pick<ChatResponse, 'failure'> => {
  const error = body['error'];
  if (!isObject(error)) return {};
  const code = stringAt(error, 'code');
  const message = stringAt(error, 'message') ?? 'The provider failed without saying why.';
  return { failure: { ...(code === undefined ? {} : { code }), message, wire: error } };
};
