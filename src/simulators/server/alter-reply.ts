import type { DialectId } from '../../core/ir/dialect-id.ts';
import { isArray, isObject, type Json, type JsonDraft, parseJson } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { errorBody } from '../simulator-refusal.ts';
import { type Reply, statusReply } from './reply.ts';
import type { Scenario } from './scenario.ts';

/** Makes an answer wrong as the scenario says, as far as its content goes. What happens on the wire is `playReply`'s. */
export const alterReply = (reply: Reply, dialect: DialectId, scenario: Scenario): Reply => {
  if (scenario.foreign !== undefined) return foreignReply(scenario.foreign);
  const failed = scenario.status === undefined ? reply : statusReply(dialect, 'status', scenario.status);
  const body = failed.status >= 400 ? failed.body : alterBody(failed.body, dialect, scenario);
  const type = scenario.contentType === undefined ? {} : { 'content-type': scenario.contentType };
  return { status: failed.status, headers: { ...failed.headers, ...retryHeaders(scenario), ...type }, body };
};

const page =
  '<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body><h1>Something else lives here</h1></body></html>\n';

const foreignReply = (kind: NonNullable<Scenario['foreign']>): Reply => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  switch (kind) {
    case 'html-200':
      return { status: 200, headers: html, body: page };
    case 'html-502':
      return { status: 502, headers: html, body: page };
    case 'empty-200':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
    case 'not-json':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id": "broken", "choices": [' };
    case 'redirect':
      return { status: 307, headers: { location: '/moved' }, body: '' };
  }
};

const retryHeaders = (scenario: Scenario): Record<string, string> => {
  const retry = scenario.retryAfter;
  if (retry === undefined) return {};
  if (retry.how === 'ms') return { 'retry-after-ms': String(retry.value) };
  if (retry.how === 'seconds') return { 'retry-after': String(retry.value) };
  return { 'retry-after': new Date(Date.now() + retry.value * 1000).toUTCString() };
};

const alterBody = (body: Reply['body'], dialect: DialectId, scenario: Scenario): Reply['body'] => {
  if (body instanceof Uint8Array) return body;
  if (typeof body !== 'string') return alterFrames(body, dialect, scenario);
  const value = scenario.usage === undefined || scenario.usage === 'twice' ? undefined : parseJson(body);
  return value === undefined ? body : JSON.stringify(alterUsage(value, scenario.usage));
};

const usageNames = new Set(['usage', 'usageMetadata']);

const absurd = (value: Json): Json => {
  if (typeof value === 'number') return 9_007_199_254_740_991;
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, absurd(member ?? null)]))
    : value;
};

/** Takes usage out wherever it stands, or makes its numbers impossible. */
const alterUsage = (value: Json, how: Scenario['usage']): Json => {
  if (isArray(value)) return value.map((item) => alterUsage(item, how));
  if (!isObject(value)) return value;
  const draft: JsonDraft = {};
  for (const [name, member] of Object.entries(value)) {
    if (!usageNames.has(name)) draft[name] = alterUsage(member ?? null, how);
    else if (how === 'absurd') draft[name] = absurd(member ?? null);
    else if (how === 'twice') draft[name] = member;
  }
  return draft;
};

const hasUsage = (frame: SseFrame): boolean => {
  const value = parseJson(frame.data);
  if (!isObject(value)) return false;
  const holders = [value, value['response'], value['message']].filter(isObject);
  return holders.some((holder) => isObject(holder['usage']) || isObject(holder['usageMetadata']));
};

const isUsageChunk = (frame: SseFrame): boolean => {
  const value = parseJson(frame.data);
  return isObject(value) && isArray(value['choices']) && value['choices'].length === 0 && isObject(value['usage']);
};

const framesWithUsage = (frames: readonly SseFrame[], how: Scenario['usage']): readonly SseFrame[] => {
  if (how === undefined) return frames;
  if (how === 'twice') {
    const last = frames.findLastIndex(hasUsage);
    return frames.flatMap((frame, index) => (index === last ? [frame, frame] : [frame]));
  }
  const kept = how === 'none' ? frames.filter((frame) => !isUsageChunk(frame)) : frames;
  return kept.map((frame) => {
    const value = parseJson(frame.data);
    return value === undefined ? frame : { ...frame, data: JSON.stringify(alterUsage(value, how)) };
  });
};

const endingTypes = new Set([
  'message_delta',
  'message_stop',
  'response.completed',
  'response.incomplete',
  'message-end',
]);

/** Whether a frame says, in any dialect, that the answer or one of its choices has ended. */
const isEnding = (frame: SseFrame): boolean => {
  if (frame.data === '[DONE]' || frame.event === 'messageStop' || frame.event === 'metadata') return true;
  const value = parseJson(frame.data);
  if (!isObject(value)) return false;
  if (endingTypes.has(String(value['type']))) return true;
  const choices = isArray(value['choices'])
    ? value['choices']
    : isArray(value['candidates'])
      ? value['candidates']
      : [];
  return (
    isUsageChunk(frame) ||
    choices.some((choice) => isObject(choice) && (choice['finish_reason'] ?? choice['finishReason'] ?? null) !== null)
  );
};

/** The dialect's own error inside a stream. */
const errorFrames = (dialect: DialectId): readonly SseFrame[] => {
  const body = errorBody(dialect, { status: dialect === 'anthropic-messages' ? 529 : 503, message: 'Overloaded' });
  if (dialect === 'bedrock-converse') return [{ event: 'serviceUnavailableException', data: JSON.stringify(body) }];
  if (dialect === 'anthropic-messages') return [{ event: 'error', data: JSON.stringify(body) }];
  if (dialect === 'cohere') {
    const end = { type: 'message-end', delta: { error: 'Overloaded', finish_reason: 'ERROR' } };
    return [{ event: 'message-end', data: JSON.stringify(end) }];
  }
  if (dialect !== 'openai-responses') return [{ data: JSON.stringify(body) }];
  const event = { type: 'error', sequence_number: 99, code: 'server_error', message: 'Overloaded', param: null };
  return [{ event: 'error', data: JSON.stringify(event) }];
};

const alterFrames = (frames: readonly SseFrame[], dialect: DialectId, scenario: Scenario): readonly SseFrame[] => {
  let altered = framesWithUsage(frames, scenario.usage);
  if (scenario.missing === 'last-frame') altered = altered.slice(0, -1);
  if (scenario.missing === 'ending') altered = altered.filter((frame) => !isEnding(frame));
  if (scenario.malformedAfterFrames !== undefined) {
    altered = altered.toSpliced(scenario.malformedAfterFrames, 0, {
      ...(dialect === 'bedrock-converse' ? { event: 'contentBlockDelta' } : {}),
      data: '{"broken": "frame',
    });
  }
  if (scenario.errorAfterFrames === undefined) return altered;
  return [...altered.slice(0, scenario.errorAfterFrames), ...errorFrames(dialect)];
};
