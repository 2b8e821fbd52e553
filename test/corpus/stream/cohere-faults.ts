import { type JsonObject, stringAt } from '../../../src/core/json/json.ts';

/** What opens, continues and closes each kind of part. */
const kinds = ['content', 'tool-call', 'citation'] as const;

/** One start first; parts of one kind numbered from 0, each with its end; the reason last. */
export const cohereFaults = (events: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  const open = new Set<string>();
  const next = new Map<string, number>();
  let stage: 'before' | 'parts' | 'ended' = 'before';
  for (const event of events) {
    const type = stringAt(event, 'type') ?? '';
    if (stage === 'ended') found.push(`${type} after the end`);
    if ((stage === 'before') !== (type === 'message-start')) found.push(`${type} out of place`);
    const kind = kinds.find((name) => type.startsWith(`${name}-`));
    const key = `${kind} ${event['index']}`;
    if (kind !== undefined && type.endsWith('-start')) {
      const place = next.get(kind) ?? 0;
      if (event['index'] !== place) found.push(`${kind} ${event['index']}, not ${place}`);
      next.set(kind, place + 1);
      open.add(key);
    } else if (kind !== undefined && !open.has(key)) found.push(`${type} for no open part`);
    else if (kind !== undefined && type.endsWith('-end')) open.delete(key);
    else if (type === 'message-start') stage = 'parts';
    else if (type === 'message-end') {
      if (open.size > 0) found.push('the end before the end of a part');
      stage = 'ended';
    } else if (kind === undefined && type !== 'tool-plan-delta') found.push(`unknown event ${type}`);
  }
  if (stage !== 'ended') found.push('no end');
  return found;
};
