import { type JsonObject, objectAt, stringAt } from '../../../src/core/json/json.ts';

/** Which deltas a block takes. */
const deltas: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** One start first, one block open at a time and numbered from 0, then the reason, then the stop. */
export const anthropicFaults = (events: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  let open: { readonly index: number; readonly type: string; text: string } | undefined;
  let next = 0;
  let stage: 'before' | 'blocks' | 'delta' | 'stopped' = 'before';
  for (const event of events) {
    const type = stringAt(event, 'type') ?? '';
    if (type === 'ping') continue;
    if (stage === 'stopped') found.push(`${type} after the end`);
    if ((stage === 'before') !== (type === 'message_start')) found.push(`${type} out of place`);
    switch (type) {
      case 'message_start':
        stage = 'blocks';
        break;
      case 'content_block_start':
        if (open !== undefined || stage !== 'blocks') found.push('a block starts in another or after the reason');
        if (event['index'] !== next) found.push(`block ${event['index']}, not ${next}`);
        open = { index: next, type: stringAt(objectAt(event, 'content_block'), 'type') ?? '', text: '' };
        next += 1;
        break;
      case 'content_block_delta': {
        const delta = objectAt(event, 'delta');
        const word = stringAt(delta, 'type') ?? '';
        if (open === undefined || event['index'] !== open.index) found.push('a delta for no open block');
        else if (deltas[open.type]?.includes(word) === false) found.push(`${word} in ${open.type}`);
        if (open !== undefined) open.text += stringAt(delta, 'partial_json') ?? '';
        break;
      }
      case 'content_block_stop':
        if (open === undefined || event['index'] !== open.index) found.push('a block ends that is not open');
        open = undefined;
        break;
      case 'message_delta':
        if (open !== undefined) found.push('the reason before the end of a block');
        if (stringAt(objectAt(event, 'delta'), 'stop_reason') === undefined) found.push('no reason');
        if (objectAt(event, 'usage') === undefined) found.push('no usage beside the reason');
        stage = 'delta';
        break;
      case 'message_stop':
        if (stage !== 'delta') found.push('an end without a reason');
        stage = 'stopped';
        break;
      default:
        found.push(`unknown event ${type}`);
    }
  }
  if (stage !== 'stopped') found.push('no end');
  return found;
};
