import type { Usage } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { answerUsage } from '../openai-chat/wire/usage.ts';

/** Usage is written as in chat; only its home differs. */
export const readUsage = (answer: JsonObject): Usage | undefined => {
  const usage = answerUsage(answer);
  return usage?.wire === undefined ? usage : { ...usage, wire: { ...usage.wire, dialect: 'openai-completions' } };
};
