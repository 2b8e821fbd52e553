import type { DialectId, Operation } from '../ir/index.ts';
import type { Edit } from '../json/edit.ts';
import { isArray, isObject, type JsonObject } from '../json/json.ts';

/** What differs in how some hosts read a dialect. A closed list: each is one small function from a request body to edits. */
export const quirkIds = [
  'max-tokens-old-name',
  'developer-as-system',
  'no-stream-options',
  'anthropic-on-vertex',
  'anthropic-on-bedrock',
  'flat-count-tokens',
] as const;
export type QuirkId = (typeof quirkIds)[number];

export interface Quirk {
  /** The dialect whose bodies it edits. */
  readonly dialect: DialectId;
  /** The operations whose bodies it edits; chat and embeddings when absent. */
  readonly operations?: readonly Operation[];
  edits(body: JsonObject): readonly Edit[];
}

/** What Vertex counts; it refuses members it does not know. */
const countedMembers = ['contents', 'systemInstruction', 'tools', 'generationConfig'] as const;

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
  /** Google's Vertex has the model in the path and the version, which others want as a header, in the body. */
  'anthropic-on-vertex': {
    dialect: 'anthropic-messages',
    edits: (body) =>
      body['model'] === undefined
        ? []
        : [
            { op: 'remove', path: ['model'] },
            { op: 'set', path: ['anthropic_version'], value: 'vertex-2023-10-16' },
          ],
  },
  /** Amazon's Bedrock does the same, and tells streams by the path too. */
  'anthropic-on-bedrock': {
    dialect: 'anthropic-messages',
    edits: (body) =>
      body['model'] === undefined
        ? []
        : [
            { op: 'remove', path: ['model'] },
            { op: 'remove', path: ['stream'] },
            { op: 'set', path: ['anthropic_version'], value: 'bedrock-2023-05-31' },
          ],
  },
  /** Vertex counts a request that stands at the top of the body; AI Studio takes one in `generateContentRequest` too. */
  'flat-count-tokens': {
    dialect: 'gemini',
    operations: ['count-tokens'],
    edits: (body) => {
      const inner = body['generateContentRequest'];
      if (!isObject(inner)) return [];
      const lifted = countedMembers.flatMap((name): readonly Edit[] => {
        const value = inner[name];
        return value === undefined ? [] : [{ op: 'set', path: [name], value }];
      });
      return [{ op: 'remove', path: ['generateContentRequest'] }, ...lifted];
    },
  },
};
