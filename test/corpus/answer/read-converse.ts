import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, callOf } from './answer-draft.ts';

/** Input leaves out what was read from and written to the cache. */
const readUsage = (usage: JsonObject | undefined, draft: AnswerDraft): void => {
  if (usage === undefined) return;
  const read = numberAt(usage, 'cacheReadInputTokens');
  const written = numberAt(usage, 'cacheWriteInputTokens');
  draft.usage = {
    input: (numberAt(usage, 'inputTokens') ?? 0) + (read ?? 0) + (written ?? 0),
    output: numberAt(usage, 'outputTokens') ?? 0,
    cached: read,
    cacheWrite: written,
    total: numberAt(usage, 'totalTokens'),
  };
};

/** A call of the provider's own tools has a type. */
const isClients = (call: JsonObject): boolean => (stringAt(call, 'type') ?? 'tool_use') === 'tool_use';

const readBlock = (block: Json, key: string, draft: AnswerDraft): void => {
  const choice = draft.choice();
  choice.text += stringAt(block, 'text') ?? '';
  const thought = isObject(block) ? objectAt(block, 'reasoningContent') : undefined;
  choice.reasoning += stringAt(objectAt(thought, 'reasoningText'), 'text') ?? '';
  for (const part of arrayAt(objectAt(block, 'citationsContent'), 'content'))
    choice.text += stringAt(part, 'text') ?? '';
  const call = objectAt(block, 'toolUse');
  if (call === undefined || !isClients(call)) return;
  const target = callOf(choice, key);
  target.name = stringAt(call, 'name') ?? '';
  if (call['input'] !== undefined) target.arguments = JSON.stringify(call['input']);
};

export const converseReader: AnswerReader = {
  whole: (answer, draft) => {
    arrayAt(objectAt(objectAt(answer, 'output'), 'message'), 'content').forEach((block, index) => {
      readBlock(block, String(index), draft);
    });
    draft.choice().finish = stringAt(answer, 'stopReason');
    readUsage(objectAt(answer, 'usage'), draft);
  },
  // An event's name stands beside its data; its members tell it as well.
  frame: (frame, draft) => {
    const key = String(frame['contentBlockIndex']);
    const choice = draft.choice();
    readBlock(objectAt(frame, 'start') ?? null, key, draft);
    const delta = objectAt(frame, 'delta');
    choice.text += stringAt(delta, 'text') ?? '';
    choice.reasoning += stringAt(objectAt(delta, 'reasoningContent'), 'text') ?? '';
    if (choice.calls.has(key)) callOf(choice, key).arguments += stringAt(objectAt(delta, 'toolUse'), 'input') ?? '';
    choice.finish = stringAt(frame, 'stopReason') ?? choice.finish;
    readUsage(objectAt(frame, 'usage'), draft);
  },
};
