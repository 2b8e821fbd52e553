import { tokensOfBytes } from '../../../../core/catalog/models/token-rules.ts';
import { isObject, type Json, type JsonObject, numberAt, objectAt } from '../../../../core/json/json.ts';
import { billOf } from '../../../../core/money/bill.ts';
import { promptTexts } from '../../../../core/money/prompt-texts.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { textIn } from '../fields/object-fields.ts';
import type { SkinCall, SkinTools } from '../skin-route.ts';
import { pricedModel } from './models/priced-model.ts';

/** What a call would cost: of an answer by its usage, of messages by an estimate of their tokens, without any output. */
export const calculate = ({ body }: SkinCall, tools: SkinTools): Promise<Json> => {
  const answer = body['completion_response'];
  const model = textIn(body, 'model') ?? (isObject(answer) ? textIn(answer, 'model') : undefined);
  if (model === undefined) throw invalid('model', 'is missing');
  const { price } = pricedModel(model, tools);
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
