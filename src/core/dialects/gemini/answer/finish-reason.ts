import type { StopReason } from '../../../ir/index.ts';
import type { Json } from '../../../json/json.ts';

/** What each word of `finishReason` means. */
const meanings: ReadonlyMap<string, StopReason> = new Map(
  Object.entries({
    STOP: 'stop',
    MAX_TOKENS: 'length',
    SAFETY: 'content-filter',
    RECITATION: 'content-filter',
    BLOCKLIST: 'content-filter',
    PROHIBITED_CONTENT: 'content-filter',
    SPII: 'content-filter',
    MODEL_ARMOR: 'content-filter',
    IMAGE_SAFETY: 'content-filter',
    IMAGE_PROHIBITED_CONTENT: 'content-filter',
    IMAGE_RECITATION: 'content-filter',
    LANGUAGE: 'failed',
    MALFORMED_FUNCTION_CALL: 'failed',
    MALFORMED_RESPONSE: 'failed',
    UNEXPECTED_TOOL_CALL: 'failed',
    TOO_MANY_TOOL_CALLS: 'failed',
    MISSING_THOUGHT_SIGNATURE: 'failed',
    NO_IMAGE: 'failed',
    IMAGE_OTHER: 'failed',
  }),
);

/** Words by the numbers that `$alt=json;enum-encoding=int` writes. */
const words = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
];

/** The word of a `finishReason`; undefined when the candidate has not finished. */
export const finishWord = (value: Json | undefined): string | undefined => {
  const word = typeof value === 'number' ? (words[value] ?? String(value)) : value;
  return typeof word === 'string' && word !== '' && word !== 'FINISH_REASON_UNSPECIFIED' ? word : undefined;
};

/**
 * Gemini says STOP for function calls too: `openCalls` tells whether one waits for the client's answer. A call that the provider did not
 * expect but handed over whole waits as well.
 */
export const decodeStop = (word: string, openCalls: boolean): StopReason => {
  const meaning = meanings.get(word) ?? 'other';
  return openCalls && (meaning === 'stop' || meaning === 'failed') ? 'tool-calls' : meaning;
};

const encoded: Readonly<Record<StopReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  pause: 'STOP',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  failed: 'OTHER',
  other: 'OTHER',
};

/** The word for a stop; Gemini's own raw word is written as it came. */
export const encodeStop = (stop: StopReason, rawStop: string): string => {
  const own = meanings.has(rawStop) && decodeStop(rawStop, stop === 'tool-calls') === stop;
  const newer = stop === 'other' && /^[A-Z][A-Z_]+$/.test(rawStop);
  return own || newer ? rawStop : encoded[stop];
};
