import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse } from '../../../ir/index.ts';
import { isObject, type Json } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { inBandError } from '../wire/fault.ts';
import { type AnswerForm, AnswerReader, chatAnswer } from './answer-reader.ts';

/** Reads a whole answer. */
export const decodeResponse = (body: Json, form: AnswerForm = chatAnswer): ChatResponse => {
  const error = inBandError(body);
  if (error !== undefined) throw error;
  if (!isObject(body)) throw new GatewayError('upstream_invalid', "The provider's answer is not a JSON object.");
  const reader = new AnswerReader(form);
  const collector = new Collector();
  for (const event of reader.push(body)) collector.push(event);
  for (const event of reader.end()) collector.push(event);
  return collector.response();
};
