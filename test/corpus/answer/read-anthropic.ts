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

/** Input leaves out what was read from and written to the cache. Later counts replace earlier ones. */
const readUsage = (usage: JsonObject | undefined, draft: AnswerDraft): void => {
  if (usage === undefined) return;
  const read = numberAt(usage, 'cache_read_input_tokens');
  const written = numberAt(usage, 'cache_creation_input_tokens');
  const input = numberAt(usage, 'input_tokens');
  draft.usage = {
    input: input === undefined ? (draft.usage?.input ?? 0) : input + (read ?? 0) + (written ?? 0),
    output: numberAt(usage, 'output_tokens') ?? draft.usage?.output ?? 0,
    cached: read ?? draft.usage?.cached,
    cacheWrite: written ?? draft.usage?.cacheWrite,
    reasoning: numberAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens') ?? draft.usage?.reasoning,
  };
};

const readBlock = (block: Json, key: string, draft: AnswerDraft): void => {
  if (!isObject(block)) return;
  const choice = draft.choice();
  if (block['type'] === 'text') choice.text += stringAt(block, 'text') ?? '';
  else if (block['type'] === 'thinking') choice.reasoning += stringAt(block, 'thinking') ?? '';
  else if (block['type'] === 'tool_use') {
    const target = callOf(choice, key);
    target.name = stringAt(block, 'name') ?? '';
    const input = block['input'];
    if (isObject(input) && Object.keys(input).length > 0) target.arguments = JSON.stringify(input);
  }
};

const readDelta = (frame: JsonObject, draft: AnswerDraft): void => {
  const choice = draft.choice();
  const delta = objectAt(frame, 'delta');
  choice.text += delta?.['type'] === 'text_delta' ? (stringAt(delta, 'text') ?? '') : '';
  choice.reasoning += stringAt(delta, 'thinking') ?? '';
  const key = String(frame['index']);
  if (delta?.['type'] === 'input_json_delta' && choice.calls.has(key))
    callOf(choice, key).arguments += stringAt(delta, 'partial_json') ?? '';
};

const readMessage = (message: JsonObject | undefined, key: string, draft: AnswerDraft): void => {
  draft.model = stringAt(message, 'model') ?? draft.model;
  arrayAt(message, 'content').forEach((block, index) => {
    readBlock(block, `${key}${index}`, draft);
  });
  draft.choice().finish = stringAt(message, 'stop_reason') ?? draft.choice().finish;
  readUsage(objectAt(message, 'usage'), draft);
};

export const anthropicReader: AnswerReader = {
  whole: (answer, draft) => readMessage(answer, '', draft),
  frame: (frame, draft) => {
    switch (frame['type']) {
      case 'message_start':
        readMessage(objectAt(frame, 'message'), 'start', draft);
        return;
      case 'content_block_start':
        readBlock(frame['content_block'] ?? null, String(frame['index']), draft);
        return;
      case 'content_block_delta':
        readDelta(frame, draft);
        return;
      case 'message_delta':
        draft.choice().finish = stringAt(objectAt(frame, 'delta'), 'stop_reason') ?? draft.choice().finish;
        readUsage(objectAt(frame, 'usage'), draft);
    }
  },
};
