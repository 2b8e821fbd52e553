import { arrayAt, type JsonObject, numberAt, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { objectsIn } from '../answer/answer-draft.ts';

interface SeenChoice {
  begun: boolean;
  ended: boolean;
  calls: number;
}

/** One id for all chunks, a role first, each call introduced once and in order, one reason per alternative and nothing after it. */
export const chatFaults = (chunks: readonly JsonObject[], object: string): readonly string[] => {
  const found: string[] = [];
  const choices = new Map<number, SeenChoice>();
  const [first] = chunks;
  chunks.forEach((chunk, place) => {
    if (chunk['object'] !== object) found.push(`object ${String(chunk['object'])}`);
    if (chunk['id'] !== first?.['id'] || typeof chunk['id'] !== 'string' || chunk['id'] === '')
      found.push('another id');
    if (typeof chunk['created'] !== 'number') found.push('no time');
    if (typeof chunk['model'] !== 'string') found.push('no model');
    if (!Array.isArray(chunk['choices'])) found.push('no choices');
    if (objectAt(chunk, 'usage') !== undefined && place !== chunks.length - 1)
      found.push('usage before the last chunk');
    for (const choice of objectsIn(chunk['choices'])) {
      const index = numberAt(choice, 'index') ?? -1;
      const seen = choices.get(index) ?? { begun: false, ended: false, calls: 0 };
      choices.set(index, seen);
      if (object === 'chat.completion.chunk') delta(objectAt(choice, 'delta'), seen, found);
      if (seen.ended) found.push('something after the reason');
      if (stringAt(choice, 'finish_reason') !== undefined) seen.ended = true;
    }
  });
  for (const { ended } of choices.values()) if (!ended) found.push('no reason');
  return found;
};

const delta = (value: JsonObject | undefined, seen: SeenChoice, found: string[]): void => {
  if (value === undefined) found.push('no delta');
  if (!seen.begun && value?.['role'] !== 'assistant') found.push('no role at the start');
  if (seen.begun && value?.['role'] !== undefined) found.push('a second role');
  seen.begun = true;
  for (const call of arrayAt(value, 'tool_calls')) {
    const index = numberAt(call, 'index') ?? -1;
    const introduced = stringAt(call, 'id') !== undefined;
    if (introduced ? index !== seen.calls : index >= seen.calls || index < 0) found.push(`call ${index} out of order`);
    if (introduced) seen.calls += 1;
  }
};
