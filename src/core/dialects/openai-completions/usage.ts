import type { Usage } from '../../ir/index.ts';
import type { Json } from '../../json/json.ts';
import { readUsage as readChatUsage } from '../openai-chat/wire/usage.ts';

/** Usage is written as in chat; only its home differs. */
export const readUsage = (value: Json | undefined): Usage | undefined => {
  const usage = readChatUsage(value);
  return usage?.wire === undefined ? usage : { ...usage, wire: { ...usage.wire, dialect: 'openai-completions' } };
};
