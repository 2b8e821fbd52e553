import { type JsonObject, objectAt, stringAt } from '../../../src/core/json/json.ts';

const between: ReadonlySet<string> = new Set([
  'search-queries-generation',
  'search-results',
  'text-generation',
  'citation-generation',
  'tool-calls-chunk',
  'tool-calls-generation',
]);

/** A start first, the whole answer last, and only the last object is finished. */
export const cohereV1Faults = (objects: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  objects.forEach((object, place) => {
    const type = stringAt(object, 'event_type') ?? '';
    const last = place === objects.length - 1;
    if (object['is_finished'] !== last) found.push(last ? 'no end' : 'something after the end');
    if ((place === 0) !== (type === 'stream-start')) found.push(`${type} out of place`);
    if (place > 0 && last !== (type === 'stream-end')) found.push(`${type} out of place`);
    if (place > 0 && !last && !between.has(type)) found.push(`unknown event ${type}`);
    if (last && stringAt(objectAt(object, 'response'), 'text') === undefined) found.push('no whole answer at the end');
  });
  return objects.length === 0 ? ['no events'] : found;
};
