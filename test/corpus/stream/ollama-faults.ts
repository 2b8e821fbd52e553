import { type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';

/** Every object names model and time and has a message or a piece of text; only the last one is done, with a reason. */
export const ollamaFaults = (objects: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  objects.forEach((object, place) => {
    const last = place === objects.length - 1;
    if (object['done'] !== last) found.push(last ? 'no end' : 'something after the end');
    if (stringAt(object, 'model') === undefined) found.push('no model');
    if (Number.isNaN(Date.parse(stringAt(object, 'created_at') ?? ''))) found.push('no time');
    const message = objectAt(object, 'message');
    if (message === undefined && stringAt(object, 'response') === undefined) found.push('no message');
    if (message !== undefined && (message['role'] !== 'assistant' || typeof message['content'] !== 'string'))
      found.push('a message without role or content');
    if (last !== (stringAt(object, 'done_reason') !== undefined)) found.push('the reason out of place');
    if (!last && numberAt(object, 'eval_count') !== undefined) found.push('counts before the end');
  });
  return found;
};
