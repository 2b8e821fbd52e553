import type { Operation } from '../../../core/ir/index.ts';
import type { Place } from '../door.ts';
import { decodePath } from './cloud-paths.ts';

/** Amazon's clients name the model as one step of the path, with its colons and slashes encoded; some send them as they are. */
const path = /^\/model\/(.+)\/(converse|converse-stream|count-tokens)$/;

const methods: Readonly<Record<string, { readonly operation: Operation; readonly stream?: boolean }>> = {
  converse: { operation: 'chat', stream: false },
  'converse-stream': { operation: 'chat', stream: true },
  'count-tokens': { operation: 'count-tokens' },
};

export const conversePaths: readonly string[] = Object.keys(methods).map((method) => `/model/{model}/${method}`);

const dialect = 'bedrock-converse';

export const converseAt = (method: string, plain: string): Place | undefined => {
  const [, model = '', name = ''] = path.exec(plain) ?? [];
  const found = methods[name];
  if (found === undefined) return undefined;
  if (method !== 'POST') return { kind: 'wrong-method', allow: 'POST', dialect };
  const how = { request: dialect, reply: dialect, skin: 'plain', framing: 'aws-event-stream' } as const;
  return { kind: 'door', door: { ...found, ...how, model: decodePath(model) } };
};
