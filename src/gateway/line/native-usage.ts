import { dialects } from '../../core/dialects/index.ts';
import type { DialectId, Usage } from '../../core/ir/index.ts';
import type { Json } from '../../core/json/json.ts';

/** Token counts of a whole native answer; undefined when it has none or is not in the form we know. The answer itself passes either way. */
export const nativeUsage = (answer: Json, dialect: DialectId): Usage | undefined => {
  try {
    return dialects[dialect].chat?.upstream.decodeResponse(answer).usage;
  } catch {
    return undefined;
  }
};
