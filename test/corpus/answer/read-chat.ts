import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, type ChoiceDraft, callOf, objectsIn } from './answer-draft.ts';

/** Token counts of OpenAI's formats. */
export const readOpenaiUsage = (usage: Json | undefined, draft: AnswerDraft): void => {
  if (!isObject(usage)) return;
  const input = numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens') ?? 0;
  const output = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens') ?? 0;
  const total = numberAt(usage, 'total_tokens');
  const into = objectAt(usage, 'prompt_tokens_details') ?? objectAt(usage, 'input_tokens_details');
  const out = objectAt(usage, 'completion_tokens_details') ?? objectAt(usage, 'output_tokens_details');
  const reasoning = numberAt(out, 'reasoning_tokens');
  // Some hosts count reasoning beside the completion; the total tells.
  const apart = total !== undefined && (reasoning ?? 0) > 0 && total === input + output + (reasoning ?? 0);
  draft.usage = {
    input,
    output: apart ? output + (reasoning ?? 0) : output,
    cached: numberAt(into, 'cached_tokens'),
    cacheWrite: numberAt(into, 'cache_write_tokens'),
    reasoning,
    total,
  };
};

const contentText = (content: Json | undefined, draft: ChoiceDraft): void => {
  if (typeof content === 'string') draft.text += content;
  for (const part of objectsIn(content)) {
    if (part['type'] === 'text') draft.text += stringAt(part, 'text') ?? '';
    if (part['type'] === 'thinking')
      for (const thought of arrayAt(part, 'thinking')) draft.reasoning += stringAt(thought, 'text') ?? '';
  }
};

const chatMessage = (message: JsonObject | undefined, draft: ChoiceDraft): void => {
  if (message === undefined) return;
  contentText(message['content'], draft);
  draft.reasoning += stringAt(message, 'reasoning_content') ?? stringAt(message, 'reasoning') ?? detailText(message);
  draft.refusal += stringAt(message, 'refusal') ?? '';
  arrayAt(message, 'tool_calls').forEach((item, position) => {
    const custom = objectAt(item, 'custom');
    const details = custom ?? objectAt(item, 'function');
    const target = callOf(draft, String(numberAt(item, 'index') ?? position));
    if (target.name === '') target.name = stringAt(details, 'name') ?? '';
    target.arguments += argumentText(details?.[custom === undefined ? 'arguments' : 'input']);
  });
  arrayAt(message, 'content_list').forEach((item, position) => {
    const use = objectAt(item, 'tool_use');
    if (use === undefined) return;
    const target = callOf(draft, `list${position}`);
    target.name = stringAt(use, 'name') ?? '';
    target.arguments += argumentText(use['input']);
  });
  const legacy = objectAt(message, 'function_call');
  // Some hosts write every member of the format, empty.
  if (legacy === undefined || legacy['name'] === '') return;
  const target = callOf(draft, 'legacy');
  target.name += stringAt(legacy, 'name') ?? '';
  target.arguments += stringAt(legacy, 'arguments') ?? '';
};

/** Some hosts show thoughts only in the typed list. */
const detailText = (message: JsonObject): string =>
  arrayAt(message, 'reasoning_details')
    .map((detail) => stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? '')
    .join('');

const argumentText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

/** Alternatives by their number; some hosts number them all alike, and then the place counts. */
const numbered = (answer: JsonObject): readonly (readonly [number, JsonObject])[] => {
  const choices = objectsIn(answer['choices']);
  const indices = choices.map((choice, place) => numberAt(choice, 'index') ?? place);
  const distinct = new Set(indices).size === indices.length;
  return choices.map((choice, place) => [distinct ? (indices[place] ?? place) : place, choice]);
};

const chatChoices = (answer: JsonObject, member: 'message' | 'delta', draft: AnswerDraft): void => {
  draft.model = stringAt(answer, 'model') ?? draft.model;
  for (const [index, choice] of numbered(answer)) {
    const target = draft.choice(index);
    chatMessage(objectAt(choice, member), target);
    target.finish = stringAt(choice, 'finish_reason') ?? target.finish;
  }
  readOpenaiUsage(answer['usage'] ?? objectAt(answer, 'x_groq')?.['usage'], draft);
};

const completion = (answer: JsonObject, draft: AnswerDraft): void => {
  draft.model = stringAt(answer, 'model') ?? draft.model;
  for (const [index, choice] of numbered(answer)) {
    const target = draft.choice(index);
    target.text += stringAt(choice, 'text') ?? '';
    target.finish = stringAt(choice, 'finish_reason') ?? target.finish;
  }
  readOpenaiUsage(answer['usage'], draft);
};

export const chatReader: AnswerReader = {
  whole: (answer, draft) => chatChoices(answer, 'message', draft),
  frame: (frame, draft) => chatChoices(frame, 'delta', draft),
};

export const completionsReader: AnswerReader = { whole: completion, frame: completion };
