import { arrayAt, isString, type Json, objectAt, stringAt } from '../../../../core/json/json.ts';

/** The word an answer of the OpenAI and Anthropic formats ended with. */
export const nativeStop = (answer: Json): string | undefined => {
  const finish = stringAt(arrayAt(answer, 'choices')[0], 'finish_reason') ?? stringAt(answer, 'stop_reason');
  const reason = finish ?? objectAt(answer, 'incomplete_details')?.['reason'] ?? stringAt(answer, 'status');
  return isString(reason) ? reason : undefined;
};
