import type { ChatResponse } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';

/** What a server says when it has loaded a model, or let it go (`keep_alive` of 0). */
export const greeting = (extras: JsonObject | undefined): ChatResponse => {
  const keep = extras?.['keep_alive'];
  const rawStop = keep === 0 || keep === '0' || keep === '0s' ? 'unload' : 'load';
  return { id: '', model: '', choices: [{ index: 0, blocks: [], stop: 'stop', rawStop }] };
};
