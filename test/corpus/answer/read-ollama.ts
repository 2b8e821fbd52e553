import { arrayAt, type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, callOf } from './answer-draft.ts';

/** One object of an answer. `said` holds its thoughts and calls. */
const read = (
  object: JsonObject,
  said: { readonly in: JsonObject; readonly text: string },
  draft: AnswerDraft,
): void => {
  const choice = draft.choice();
  choice.text += said.text;
  choice.reasoning += stringAt(said.in, 'thinking') ?? '';
  for (const call of arrayAt(said.in, 'tool_calls')) {
    const called = objectAt({ call }, 'call');
    const made = callOf(choice, String(choice.calls.size));
    made.name = stringAt(objectAt(called, 'function'), 'name') ?? '';
    made.arguments = JSON.stringify(objectAt(called, 'function')?.['arguments'] ?? {});
  }
  draft.model = stringAt(object, 'model') ?? draft.model;
  if (object['done'] !== true) return;
  choice.finish = stringAt(object, 'done_reason');
  const [input, output] = [numberAt(object, 'prompt_eval_count'), numberAt(object, 'eval_count')];
  if (input !== undefined || output !== undefined) draft.usage = { input: input ?? 0, output: output ?? 0 };
};

const chat = (object: JsonObject, draft: AnswerDraft): void => {
  const message = objectAt(object, 'message') ?? {};
  read(object, { in: message, text: stringAt(message, 'content') ?? '' }, draft);
};

const generate = (object: JsonObject, draft: AnswerDraft): void =>
  read(object, { in: object, text: stringAt(object, 'response') ?? '' }, draft);

export const ollamaReader: AnswerReader = { whole: chat, frame: chat };
export const generateReader: AnswerReader = { whole: generate, frame: generate };
