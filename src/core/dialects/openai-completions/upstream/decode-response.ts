import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse, Choice } from '../../../ir/index.ts';
import { isArray, isObject, type Json, numberAt, stringAt } from '../../../json/json.ts';
import { inBandFailure } from '../../openai-chat/upstream/upstream-failure.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readStop } from '../../openai-chat/wire/stop-reason.ts';
import { readLogprobs } from '../logprobs.ts';
import { readUsage } from '../usage.ts';

/** Reads a whole answer of POST /completions. */
export const decodeResponse = (body: Json): ChatResponse => {
  if (!isObject(body)) throw invalid('is not a JSON object');
  const choices = body['choices'];
  if (!isArray(choices)) {
    const failed = (body['error'] !== undefined && body['error'] !== null) || body['object'] === 'error';
    throw failed ? inBandFailure(body) : invalid('has no "choices"');
  }
  const usage = readUsage(body);
  const created = numberAt(body, 'created');
  const tier = stringAt(body, 'service_tier');
  const extras = restOf(body, knownTop);
  return {
    id: stringAt(body, 'id') ?? '',
    model: stringAt(body, 'model') ?? '',
    ...(created === undefined ? {} : { createdSeconds: created }),
    choices: choices.map(decodeChoice),
    ...(usage === undefined ? {} : { usage }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
    ...(extras === undefined ? {} : { extras: { 'openai-completions': extras } }),
  };
};

const invalid = (problem: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider's answer ${problem}.`);

const decodeChoice = (wire: Json, place: number): Choice => {
  const text = stringAt(wire, 'text');
  if (!isObject(wire) || text === undefined) throw invalid(`has a choice without a text (choices[${place}])`);
  const rawStop = stringAt(wire, 'finish_reason') ?? '';
  const logprobs = readLogprobs(wire['logprobs']);
  const extras = restOf(wire, knownChoice);
  return {
    index: numberAt(wire, 'index') ?? place,
    blocks: text === '' ? [] : [{ kind: 'text', text }],
    stop: readStop(rawStop, { calledTools: false, refused: false }),
    rawStop,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(extras === undefined ? {} : { extras: { 'openai-completions': extras } }),
  };
};

export const knownTop = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'service_tier']);
export const knownChoice = new Set(['index', 'text', 'finish_reason', 'logprobs']);
