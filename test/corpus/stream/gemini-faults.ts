import { arrayAt, type JsonObject, numberAt, objectAt } from '../../../src/core/json/json.ts';
import { objectsIn } from '../answer/answer-draft.ts';

/** Every candidate ends once and says nothing after that; the counts stand at the end; a chunk is never empty. */
export const geminiFaults = (chunks: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  const ended = new Map<number, boolean>();
  chunks.forEach((chunk, place) => {
    const blocked = objectAt(chunk, 'promptFeedback') !== undefined;
    if (arrayAt(chunk, 'candidates').length === 0 && !blocked && place < chunks.length - 1) found.push('no candidates');
    if (typeof chunk['modelVersion'] !== 'string') found.push('no model');
    if (typeof chunk['responseId'] !== 'string') found.push('no id');
    for (const candidate of objectsIn(chunk['candidates'])) {
      const index = numberAt(candidate, 'index') ?? 0;
      const parts = objectsIn(objectAt(candidate, 'content')?.['parts']);
      if (ended.get(index) === true && parts.length > 0) found.push('something after the reason');
      for (const part of parts) if (Object.keys(part).length === 0) found.push('an empty part');
      ended.set(index, ended.get(index) === true || typeof candidate['finishReason'] === 'string');
    }
  });
  for (const done of ended.values()) if (!done) found.push('no reason');
  return found;
};
