import type { StopReason } from '../../../ir/index.ts';

/** The wire's words; `ERROR_TOXIC`, `ERROR_LIMIT` and `USER_CANCEL` are older ones that some hosts still answer. */
const stops: ReadonlyMap<string, StopReason> = new Map([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop-sequence'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool-calls'],
  ['ERROR', 'failed'],
  ['TIMEOUT', 'failed'],
  ['ERROR_TOXIC', 'content-filter'],
  ['ERROR_LIMIT', 'context-window'],
]);

export const readStop = (word: string): StopReason => stops.get(word) ?? 'other';

/** The wire has six words, and an older one for answers that a filter cut. */
const words: Readonly<Record<StopReason, string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR_TOXIC',
  refusal: 'ERROR_TOXIC',
  pause: 'COMPLETE',
  failed: 'ERROR',
  other: 'COMPLETE',
};

/** What was refused in words (`shown`) is a complete answer. */
export const writeStop = (stop: StopReason, shown: boolean): string =>
  stop === 'refusal' && shown ? 'COMPLETE' : words[stop];
