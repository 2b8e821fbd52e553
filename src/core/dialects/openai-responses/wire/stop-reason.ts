import type { Block, StopReason } from '../../../ir/index.ts';
import { type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { lookup } from './lookup.ts';

export interface Stop {
  readonly stop: StopReason;
  /** The status, or `incomplete:<reason>`. */
  readonly rawStop: string;
}

const incompleteReasons: Readonly<Record<string, StopReason>> = {
  max_output_tokens: 'length',
  content_filter: 'content-filter',
};

const statuses: Readonly<Record<string, StopReason>> = {
  completed: 'stop',
  // Seen from hosts that copy the format.
  complete: 'stop',
  failed: 'failed',
};

/** What of an answer's blocks says why it ended, since this wire has no word for it; calls outweigh a refusal. */
export type Sign = 'tool-calls' | 'refusal';

const signOf = (block: Block): Sign | undefined => {
  if (block.kind === 'tool-call') return 'tool-calls';
  return block.kind === 'refusal' ? 'refusal' : undefined;
};

export const strongerSign = (sign: Sign | undefined, block: Block): Sign | undefined =>
  sign === 'tool-calls' ? sign : (signOf(block) ?? sign);

/** Why an answer ended. A completed one may have ended for what its blocks show. */
export const decodeStop = (response: JsonObject, sign: Sign | undefined): Stop => {
  const status = stringAt(response, 'status') ?? 'completed';
  if (status === 'incomplete') {
    const reason = stringAt(objectAt(response, 'incomplete_details'), 'reason');
    if (reason === undefined) return { stop: 'other', rawStop: status };
    return { stop: lookup(incompleteReasons, reason) ?? 'other', rawStop: `incomplete:${reason}` };
  }
  const stop = lookup(statuses, status) ?? 'other';
  return { stop: stop === 'stop' ? (sign ?? stop) : stop, rawStop: status };
};

export interface Ending {
  readonly status: string;
  /** Why the answer is incomplete. */
  readonly reason?: string;
}

const endings: Readonly<Record<StopReason, Ending>> = {
  stop: { status: 'completed' },
  'stop-sequence': { status: 'completed' },
  'tool-calls': { status: 'completed' },
  refusal: { status: 'completed' },
  // The client continues a paused answer by sending it back, as after any completed one.
  pause: { status: 'completed' },
  other: { status: 'completed' },
  length: { status: 'incomplete', reason: 'max_output_tokens' },
  'context-window': { status: 'incomplete', reason: 'max_output_tokens' },
  'content-filter': { status: 'incomplete', reason: 'content_filter' },
  failed: { status: 'failed' },
};

const unfinished = new Set(['queued', 'in_progress', 'cancelled', 'incomplete']);

export const encodeStop = ({ stop, rawStop }: Stop): Ending => {
  if (rawStop.startsWith('incomplete:') && endings[stop].status !== 'failed')
    return { status: 'incomplete', reason: rawStop.slice('incomplete:'.length) };
  return stop === 'other' && unfinished.has(rawStop) ? { status: rawStop } : endings[stop];
};
