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

/** The wire has six words. A filter that cut an answer is an error here; what was refused in words is a complete answer. */
const words: Readonly<Record<StopReason, string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR',
  refusal: 'COMPLETE',
  pause: 'COMPLETE',
  failed: 'ERROR',
  other: 'COMPLETE',
};

export const writeStop = (stop: StopReason): string => words[stop];
