import type { StopReason } from '../../../ir/index.ts';

const decoded: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-window',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  malformed_model_output: 'failed',
  malformed_tool_use: 'failed',
};

const encoded: Readonly<Record<StopReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'context-window': 'model_context_window_exceeded',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
  refusal: 'content_filtered',
  pause: 'end_turn',
  failed: 'malformed_model_output',
  other: 'end_turn',
};

export const decodeStop = (word: string): StopReason =>
  (Object.hasOwn(decoded, word) ? decoded[word] : undefined) ?? 'other';

/** The wire's word. `rawStop` is used when it is one of this dialect's words for the same reason. */
export const encodeStop = (
  choice: { readonly stop: StopReason; readonly rawStop: string },
  hasCalls: boolean,
): string => {
  if (decodeStop(choice.rawStop) === choice.stop && choice.stop !== 'other') return choice.rawStop;
  // Some providers say a plain stop after tool calls; clients run the tools only on `tool_use`.
  if (choice.stop === 'stop' && hasCalls) return encoded['tool-calls'];
  return encoded[choice.stop];
};
