import type { StopReason } from '../../../ir/index.ts';

/** What hosts of this dialect write as `finish_reason`, in lower case. */
const stops: ReadonlyMap<string, StopReason> = new Map([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop-sequence'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'context-window'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['safety', 'content-filter'],
  ['refusal', 'refusal'],
  ['error', 'failed'],
  ['network_error', 'failed'],
  ['insufficient_system_resource', 'failed'],
]);

/** Reads a finish word. Some hosts say `stop` after tool calls; clients of other dialects then would not run them. */
export const readStop = (raw: string, calledTools: boolean): StopReason => {
  const stop = stops.get(raw) ?? stops.get(raw.toLowerCase()) ?? 'other';
  return stop === 'stop' && calledTools ? 'tool-calls' : stop;
};

const words: Readonly<Record<StopReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-window': 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  failed: 'error',
  other: 'stop',
};

/** `legacy` clients sent `functions` and know the older word for a call. */
export const writeStop = (stop: StopReason, legacy: boolean): string =>
  stop === 'tool-calls' && legacy ? 'function_call' : words[stop];
