import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { type AnswerDraft, type AnswerReader, callOf } from './answer-draft.ts';

const readWhole = (answer: JsonObject, draft: AnswerDraft): void => {
  const choice = draft.choice();
  choice.text = stringAt(answer, 'text') ?? '';
  arrayAt(answer, 'tool_calls').forEach((call, index) => {
    if (!isObject(call)) return;
    const target = callOf(choice, String(index));
    target.name = stringAt(call, 'name') ?? '';
    target.arguments = JSON.stringify(call['parameters'] ?? {});
  });
  choice.finish = stringAt(answer, 'finish_reason');
  const tokens = objectAt(objectAt(answer, 'meta'), 'tokens');
  if (tokens === undefined) return;
  draft.usage = {
    input: numberAt(tokens, 'input_tokens') ?? 0,
    output: numberAt(tokens, 'output_tokens') ?? 0,
    cached: numberAt(objectAt(answer, 'meta'), 'cached_tokens'),
    reasoning: numberAt(tokens, 'reasoning_tokens'),
  };
};

/** The pieces of a stream must say what the whole answer at its end says: a difference is shown as the pieces' own words. */
export const cohereV1Reader: AnswerReader = {
  whole: readWhole,
  frame: (frame, draft) => {
    const choice = draft.choice();
    switch (frame['event_type']) {
      case 'text-generation':
        choice.text += stringAt(frame, 'text') ?? '';
        return;
      case 'tool-calls-chunk': {
        const delta = objectAt(frame, 'tool_call_delta');
        const call = callOf(choice, String(numberAt(delta, 'index')));
        call.name += stringAt(delta, 'name') ?? '';
        call.arguments += stringAt(delta, 'parameters') ?? '';
        return;
      }
      case 'stream-end': {
        if (stringAt(frame, 'error') !== undefined) draft.error = stringAt(frame, 'error');
        const pieces = choice.text;
        readWhole(objectAt(frame, 'response') ?? {}, draft);
        if (pieces !== '' && pieces !== choice.text) choice.text = `in pieces: ${pieces}`;
        choice.finish = stringAt(frame, 'finish_reason');
      }
    }
  },
};
