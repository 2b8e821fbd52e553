import { answerUsage } from '../../core/dialects/answer-usage.ts';
import type { DialectId, Usage } from '../../core/ir/index.ts';
import { isObject, type Json } from '../../core/json/json.ts';

/** Token counts of a whole native answer; undefined when it has none or is not in the form we know. The answer itself passes either way. */
export const nativeUsage = (answer: Json, dialect: DialectId): Usage | undefined => {
  try {
    return isObject(answer) ? answerUsage[dialect](answer) : undefined;
  } catch {
    return undefined;
  }
};
