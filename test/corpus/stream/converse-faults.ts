import { type JsonObject, numberAt, objectAt } from '../../../src/core/json/json.ts';

/** An event's name, by its members. */
export const converseEvent = (event: JsonObject): string => {
  if (event['role'] !== undefined) return 'messageStart';
  if (event['start'] !== undefined) return 'contentBlockStart';
  if (event['delta'] !== undefined) return 'contentBlockDelta';
  if (event['stopReason'] !== undefined) return 'messageStop';
  if (event['usage'] !== undefined) return 'metadata';
  return event['contentBlockIndex'] === undefined ? 'unknown' : 'contentBlockStop';
};

/** A cited text comes in pieces of both kinds. */
const family = (kind: string | undefined): string | undefined => (kind === 'citation' ? 'text' : kind);

/** One start first, one block open at a time and numbered from 0 (only calls announce themselves), then the reason, then the counts. */
export const converseFaults = (events: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  let open: { readonly index: number; readonly kind: string } | undefined;
  let next = 0;
  let stage: 'before' | 'blocks' | 'stopped' | 'over' = 'before';
  for (const event of events) {
    const kind = converseEvent(event);
    const index = numberAt(event, 'contentBlockIndex');
    if ((stage === 'before') !== (kind === 'messageStart')) found.push(`${kind} out of place`);
    if (kind.startsWith('contentBlock') && stage !== 'blocks') found.push(`${kind} behind the reason`);
    if (kind === 'messageStart') stage = 'blocks';
    else if (kind === 'contentBlockStart' || (kind === 'contentBlockDelta' && open === undefined)) {
      if (open !== undefined || index !== next) found.push(`block ${index}, not ${next}`);
      open = {
        index: next,
        kind: Object.keys(objectAt(event, kind === 'contentBlockStart' ? 'start' : 'delta') ?? {})[0] ?? '',
      };
      if (kind === 'contentBlockDelta' && open.kind === 'toolUse') found.push('a call that was not announced');
      next += 1;
    } else if (kind === 'contentBlockDelta') {
      const piece = Object.keys(objectAt(event, 'delta') ?? {})[0] ?? '';
      if (index !== open?.index) found.push('a delta for no open block');
      if (family(piece) !== family(open?.kind)) found.push(`${piece} in ${open?.kind}`);
    } else if (kind === 'contentBlockStop') {
      if (index !== open?.index) found.push('a block ends that is not open');
      open = undefined;
    } else if (kind === 'messageStop') {
      if (open !== undefined || stage !== 'blocks') found.push('the reason before the end of a block');
      stage = 'stopped';
    } else if (kind === 'metadata') {
      if (stage !== 'stopped') found.push('counts before the reason');
      stage = 'over';
    } else found.push('an unknown event');
  }
  if (stage !== 'over') found.push('no end');
  return found;
};
