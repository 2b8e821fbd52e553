import type { StopReason } from '../../../ir/index.ts';

/** A `done_reason`. A model that calls tools also says `stop`; `load` and `unload` answer requests without messages. Old servers say nothing. */
export const readStop = (rawStop: string, calledTools: boolean): StopReason => {
  if (rawStop === 'length') return 'length';
  if (rawStop === 'content_filter') return 'content-filter';
  if (rawStop === 'stop' || rawStop === '' || rawStop === 'load' || rawStop === 'unload')
    return calledTools ? 'tool-calls' : 'stop';
  return 'other';
};

/** The format has words for a model that ended and one that was cut; what was held back is told by OpenAI's word, since silence would look like an end. */
const words: Readonly<Record<StopReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  'tool-calls': 'stop',
  pause: 'stop',
  other: 'stop',
  length: 'length',
  'context-window': 'length',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  failed: 'error',
};

export const writeStop = (stop: StopReason, rawStop: string): string =>
  rawStop === 'load' || rawStop === 'unload' ? rawStop : words[stop];
