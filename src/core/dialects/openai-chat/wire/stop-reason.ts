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

/** What the answer holds that says more than the finish word. */
export interface StopEvidence {
  readonly calledTools: boolean;
  readonly refused: boolean;
}

/** Reads a finish word. Some hosts say `stop` after tool calls, and clients of other dialects then would not run them; a refusal has no word at all. */
export const readStop = (raw: string, { calledTools, refused }: StopEvidence): StopReason => {
  const stop = stops.get(raw) ?? stops.get(raw.toLowerCase()) ?? 'other';
  if (stop !== 'stop') return stop;
  if (calledTools) return 'tool-calls';
  return refused ? 'refusal' : 'stop';
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

/** `legacy` clients sent `functions` and know the older word for a call. A refusal that was `shown` as such is a normal stop. */
export const writeStop = (stop: StopReason, { legacy = false, shown = false } = {}): string => {
  if (stop === 'tool-calls' && legacy) return 'function_call';
  return stop === 'refusal' && shown ? 'stop' : words[stop];
};
