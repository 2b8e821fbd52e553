import type { DialectId, Usage } from '../ir/index.ts';
import { type JsonObject, objectAt } from '../json/json.ts';
import { decodeUsage as anthropicUsage } from './anthropic-messages/wire/usage.ts';
import { decodeUsage as geminiUsage } from './gemini/answer/usage.ts';
import { readUsage as chatUsage } from './openai-chat/wire/usage.ts';
import { readUsage as completionUsage } from './openai-completions/usage.ts';
import { decodeUsage as responsesUsage } from './openai-responses/wire/usage.ts';

/** Token counts of a whole answer, read without reading the answer. The native lane needs nothing else of it. */
export const answerUsage: Readonly<Record<DialectId, (answer: JsonObject) => Usage | undefined>> = {
  'openai-chat': (answer) => chatUsage(answer['usage']) ?? chatUsage(objectAt(answer, 'x_groq')?.['usage']),
  'openai-completions': (answer) => completionUsage(answer['usage']),
  'openai-responses': (answer) => responsesUsage(answer['usage']),
  'anthropic-messages': (answer) => anthropicUsage(answer['usage']),
  gemini: (answer) => {
    const usage = objectAt(answer, 'usageMetadata');
    return usage === undefined ? undefined : geminiUsage(usage);
  },
};
