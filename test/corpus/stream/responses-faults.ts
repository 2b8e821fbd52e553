import { arrayAt, type JsonObject, objectAt, stringAt } from '../../../src/core/json/json.ts';
import { canonical } from '../canonical.ts';

/** Where the text of a delta event ends up: its done event has it whole under this member. */
const wholes: Readonly<Record<string, string>> = {
  'response.output_text': 'text',
  'response.refusal': 'refusal',
  'response.reasoning_summary_text': 'text',
  'response.reasoning_text': 'text',
  'response.function_call_arguments': 'arguments',
  'response.custom_tool_call_input': 'input',
};

/** Numbers without a gap, items added once and done once in order, each whole text equal to its deltas, the last event equal to its items. */
export const responsesFaults = (events: readonly JsonObject[]): readonly string[] => {
  const found: string[] = [];
  const items = new Map<number, { id: string; done: JsonObject | undefined }>();
  const texts = new Map<string, string>();
  events.forEach((event, place) => {
    const type = stringAt(event, 'type') ?? '';
    if (event['sequence_number'] !== place) found.push(`number ${String(event['sequence_number'])}, not ${place}`);
    if ((type === 'response.created') !== (place === 0)) found.push(`${type} out of place`);
    if (endings.has(type) !== (place === events.length - 1)) found.push(`${type} out of place`);
    if (type === 'response.output_item.added') {
      if (event['output_index'] !== items.size) found.push('an item out of order');
      items.set(items.size, { id: stringAt(objectAt(event, 'item'), 'id') ?? '', done: undefined });
      return;
    }
    if (typeof event['output_index'] !== 'number') return;
    const item = items.get(event['output_index']);
    if (item === undefined || item.done !== undefined) {
      found.push(`${type} for no open item`);
      return;
    }
    if (type === 'response.output_item.done') item.done = objectAt(event, 'item');
    else if (event['item_id'] !== item.id) found.push(`${type} with another item's id`);
    textFault(event, type, texts, found);
  });
  const output = arrayAt(objectAt(events.at(-1) ?? {}, 'response'), 'output');
  const done = [...items.values()].map((item) => item.done ?? null);
  if (canonical(output) !== canonical(done)) found.push('the last event has other items');
  return found;
};

const endings: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

const textFault = (event: JsonObject, type: string, texts: Map<string, string>, found: string[]): void => {
  const name = type.replace(/\.(?:delta|done)$/, '');
  const member = wholes[name];
  if (member === undefined) return;
  const key = [name, event['output_index'], event['content_index'], event['summary_index']].join();
  if (type.endsWith('.delta')) texts.set(key, (texts.get(key) ?? '') + (stringAt(event, 'delta') ?? ''));
  else if (stringAt(event, member) !== (texts.get(key) ?? '')) found.push(`${type} is not its deltas`);
};
