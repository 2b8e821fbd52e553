import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, callOf } from './answer-draft.ts';

const readUsage = (usage: JsonObject | undefined, draft: AnswerDraft): void => {
  const tokens = objectAt(usage, 'tokens');
  if (tokens === undefined) return;
  draft.usage = {
    input: numberAt(tokens, 'input_tokens') ?? 0,
    output: numberAt(tokens, 'output_tokens') ?? 0,
    cached: numberAt(usage, 'cached_tokens'),
    reasoning: numberAt(tokens, 'reasoning_tokens'),
  };
};

const readCall = (call: JsonObject | undefined, key: string, draft: AnswerDraft): void => {
  const body = objectAt(call, 'function');
  const target = callOf(draft.choice(), key);
  target.name = stringAt(body, 'name') ?? target.name;
  target.arguments += stringAt(body, 'arguments') ?? '';
};

const readContent = (part: JsonObject | undefined, draft: AnswerDraft): void => {
  draft.choice().text += stringAt(part, 'text') ?? '';
  draft.choice().reasoning += stringAt(part, 'thinking') ?? '';
};

/** The plan for the tools is a thought the model shows. */
const readPlan = (message: JsonObject | undefined, draft: AnswerDraft): void => {
  draft.choice().reasoning += stringAt(message, 'tool_plan') ?? '';
};

export const cohereReader: AnswerReader = {
  whole: (answer, draft) => {
    const message = objectAt(answer, 'message');
    for (const part of arrayAt(message, 'content')) if (isObject(part)) readContent(part, draft);
    readPlan(message, draft);
    arrayAt(message, 'tool_calls').forEach((call, index) => {
      if (isObject(call)) readCall(call, String(index), draft);
    });
    draft.choice().finish = stringAt(answer, 'finish_reason');
    readUsage(objectAt(answer, 'usage'), draft);
  },
  frame: (frame, draft) => {
    const delta = objectAt(frame, 'delta');
    const message = objectAt(delta, 'message');
    switch (frame['type']) {
      case 'content-start':
      case 'content-delta':
        readContent(objectAt(message, 'content'), draft);
        return;
      case 'tool-plan-delta':
        readPlan(message, draft);
        return;
      case 'tool-call-start':
      case 'tool-call-delta':
        readCall(objectAt(message, 'tool_calls'), String(frame['index']), draft);
        return;
      case 'message-end':
        if (stringAt(delta, 'error') !== undefined) draft.error = stringAt(delta, 'error');
        draft.choice().finish = stringAt(delta, 'finish_reason');
        readUsage(objectAt(delta, 'usage'), draft);
    }
  },
};
