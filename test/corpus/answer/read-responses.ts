import { arrayAt, isObject, type Json, type JsonObject, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { AnswerDraft, type AnswerReader, type ChoiceDraft, callOf } from './answer-draft.ts';
import { readOpenaiUsage } from './read-chat.ts';

const isCall = (item: JsonObject | undefined): boolean =>
  item?.['type'] === 'function_call' || item?.['type'] === 'custom_tool_call';

const readItem = (item: Json, key: string, choice: ChoiceDraft): void => {
  if (!isObject(item)) return;
  if (item['type'] === 'message') {
    for (const part of arrayAt(item, 'content')) {
      if (stringAt(part, 'type') === 'refusal') choice.refusal += stringAt(part, 'refusal') ?? '';
      else choice.text += stringAt(part, 'text') ?? '';
    }
  } else if (item['type'] === 'reasoning') {
    for (const part of [...arrayAt(item, 'summary'), ...arrayAt(item, 'content')])
      choice.reasoning += stringAt(part, 'text') ?? '';
  } else if (isCall(item)) {
    const target = callOf(choice, key);
    target.name = stringAt(item, 'name') ?? '';
    target.arguments = stringAt(item, 'arguments') ?? stringAt(item, 'input') ?? '';
  }
};

const readWhole = (answer: JsonObject, draft: AnswerDraft): void => {
  const choice = draft.choice();
  draft.model = stringAt(answer, 'model') ?? draft.model;
  arrayAt(answer, 'output').forEach((item, index) => {
    readItem(item, String(index), choice);
  });
  // One local server writes its thoughts beside the items.
  if (choice.reasoning === '') choice.reasoning += stringAt(answer, 'reasoning') ?? '';
  const reason = stringAt(objectAt(answer, 'incomplete_details'), 'reason');
  const status = stringAt(answer, 'status');
  choice.finish = status === 'incomplete' && reason !== undefined ? `incomplete:${reason}` : status;
  readOpenaiUsage(answer['usage'], draft);
};

const thoughtDelta = /^response\.reasoning(?:_summary)?_text\.delta$/;

/** The text comes from the deltas, calls from their finished items, the rest from the last event. */
const readFrame = (frame: JsonObject, draft: AnswerDraft): void => {
  const choice = draft.choice();
  const type = stringAt(frame, 'type') ?? '';
  if (type === 'response.output_text.delta') choice.text += stringAt(frame, 'delta') ?? '';
  else if (type === 'response.refusal.delta') choice.refusal += stringAt(frame, 'delta') ?? '';
  else if (thoughtDelta.test(type)) choice.reasoning += stringAt(frame, 'delta') ?? '';
  else if (type === 'response.output_item.done') {
    const item = objectAt(frame, 'item');
    if (item !== undefined && isCall(item)) readItem(item, String(frame['output_index']), choice);
  } else if (type === 'response.failed') {
    draft.error = stringAt(objectAt(objectAt(frame, 'response'), 'error'), 'message') ?? 'failed';
  } else if (type === 'response.completed' || type === 'response.incomplete') {
    const end = new AnswerDraft();
    readWhole(objectAt(frame, 'response') ?? {}, end);
    choice.finish = end.choice().finish;
    draft.usage = end.usage;
    draft.model = end.model;
  }
};

export const responsesReader: AnswerReader = { whole: readWhole, frame: readFrame };
