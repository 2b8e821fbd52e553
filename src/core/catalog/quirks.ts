import type { DialectId } from '../ir/index.ts';
import type { Edit } from '../json/edit.ts';
import { isArray, isObject, type JsonObject } from '../json/json.ts';

/** What differs in how some hosts read a dialect. A closed list: each is one small function from a request body to edits. */
export const quirkIds = ['max-tokens-old-name', 'developer-as-system', 'no-stream-options'] as const;
export type QuirkId = (typeof quirkIds)[number];

export interface Quirk {
  /** The dialect whose bodies it edits. */
  readonly dialect: DialectId;
  edits(body: JsonObject): readonly Edit[];
}

export const quirks: Readonly<Record<QuirkId, Quirk>> = {
  /** Hosts that know only `max_tokens` answer 400 to, or ignore, the newer name. */
  'max-tokens-old-name': {
    dialect: 'openai-chat',
    edits: (body) =>
      body['max_completion_tokens'] === undefined
        ? []
        : [{ op: 'rename', path: ['max_completion_tokens'], to: 'max_tokens' }],
  },
  /** Hosts older than the `developer` role refuse it. */
  'developer-as-system': {
    dialect: 'openai-chat',
    edits: (body) =>
      (isArray(body['messages']) ? body['messages'] : []).flatMap((message, index) =>
        isObject(message) && message['role'] === 'developer'
          ? [{ op: 'set', path: ['messages', index, 'role'], value: 'system' } as const]
          : [],
      ),
  },
  /** Hosts that refuse `stream_options` (they send usage unasked, or never). */
  'no-stream-options': {
    dialect: 'openai-chat',
    edits: (body) => (body['stream_options'] === undefined ? [] : [{ op: 'remove', path: ['stream_options'] }]),
  },
};
