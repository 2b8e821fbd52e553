import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { AnswerReader } from '../answer/answer-reader.ts';
import { errorObject, inBandError } from '../answer/fault.ts';

/** Reads a whole answer, or the list of chunks that `streamGenerateContent` gives without `alt=sse`. */
export const decodeResponse = (body: Json): ChatResponse => {
  const error = errorObject(body);
  if (error !== undefined) throw inBandError(error);
  const chunks = (isArray(body) ? body : [body]).filter(isObject);
  if (!chunks.some(isAnswer))
    throw new GatewayError('upstream_invalid', 'The provider answered without "candidates" or "promptFeedback".');
  if (!chunks.every(hasCandidates))
    throw new GatewayError('upstream_invalid', 'The provider answered with "candidates" that are no list of objects.');
  const reader = new AnswerReader(true);
  const collector = new Collector();
  for (const chunk of chunks) for (const event of reader.push(chunk)) collector.push(event);
  for (const event of reader.end()) collector.push(event);
  return collector.response();
};

const hasCandidates = ({ candidates }: JsonObject): boolean =>
  candidates === undefined || candidates === null || (isArray(candidates) && candidates.every(isObject));

const isAnswer = (chunk: JsonObject): boolean =>
  chunk['candidates'] !== undefined || chunk['promptFeedback'] !== undefined || chunk['usageMetadata'] !== undefined;
