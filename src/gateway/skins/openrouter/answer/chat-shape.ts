import { isObject, isString, type Json, type JsonDraft, type JsonObject } from '../../../../core/json/json.ts';
import { finishReason } from './finish-reason.ts';

/** Thoughts stand in `reasoning` and `reasoning_details`; hosts write them in members of other names. */
const withReasoning = (message: JsonObject): JsonObject => {
  const { reasoning_content: thoughts, ...rest } = message;
  if (!isString(thoughts)) return message;
  const told: JsonDraft = { ...rest, reasoning: rest['reasoning'] ?? thoughts };
  if (thoughts !== '')
    told['reasoning_details'] ??= [{ type: 'reasoning.text', text: thoughts, index: 0, format: 'unknown' }];
  return told;
};

/** A choice of an answer or of a chunk. `raw`: the provider's own last word, where it was translated. */
export const dressedChoice = (choice: Json, raw: string | undefined): Json => {
  if (!isObject(choice)) return choice;
  const { finish_reason: finish = null, message, delta } = choice;
  const ended = isString(finish);
  return {
    ...choice,
    ...(isObject(message) ? { message: withReasoning(message) } : {}),
    ...(isObject(delta) ? { delta: withReasoning(delta) } : {}),
    finish_reason: ended ? finishReason(finish, raw) : null,
    native_finish_reason: ended ? (raw ?? finish) : null,
  };
};
