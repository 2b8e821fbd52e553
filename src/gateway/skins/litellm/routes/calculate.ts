import { tokensOfBytes } from '../../../../core/catalog/models/token-rules.ts';
import { resolveModel } from '../../../../core/catalog/resolve.ts';
import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt } from '../../../../core/json/json.ts';
import { billOf } from '../../../../core/money/bill.ts';
import { priceOn } from '../../../../core/money/price.ts';
import { promptTexts } from '../../../../core/money/prompt-texts.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { textIn } from '../fields/object-fields.ts';
import type { SkinCall, SkinTools } from '../skin-route.ts';

/** What a call would cost: of an answer by its usage, of messages by an estimate of their tokens, without any output. */
export const calculate = ({ body }: SkinCall, { config }: SkinTools): Promise<Json> => {
  const answer = body['completion_response'];
  const model = textIn(body, 'model') ?? (isObject(answer) ? textIn(answer, 'model') : undefined);
  if (model === undefined) throw invalid('model', 'is missing');
  const current = config();
  const found = resolveModel(model, current, { today: current.today() });
  if (found.kind !== 'found') throw new GatewayError('model_not_found', found.message, { param: 'model' });
  const price = found.info?.price === undefined ? undefined : priceOn(found.info.price, current.today());
  if (price === undefined)
    throw new GatewayError('not_found', `Nobody knows what "${model.slice(0, 200)}" costs.`, { param: 'model' });
  const usage = isObject(answer) ? usageOf(answer) : estimateOf(body);
  return Promise.resolve({ cost: usdNumber(billOf(usage, price).nanoUsd) });
};

const usageOf = (answer: JsonObject) => {
  const usage = objectAt(answer, 'usage');
  if (usage === undefined) throw invalid('completion_response.usage', 'is missing');
  const details = objectAt(usage, 'prompt_tokens_details');
  return {
    inputTokens: numberAt(usage, 'prompt_tokens') ?? 0,
    outputTokens: numberAt(usage, 'completion_tokens') ?? 0,
    cacheReadTokens: numberAt(details, 'cached_tokens') ?? 0,
  };
};

const utf8 = new TextEncoder();

const estimateOf = (body: JsonObject) => {
  if (body['messages'] === undefined) throw invalid('messages', 'is missing; send messages or completion_response');
  const { texts } = promptTexts({ messages: body['messages'] });
  return { inputTokens: tokensOfBytes(utf8.encode(texts.join('\n')).length), outputTokens: 0 };
};
