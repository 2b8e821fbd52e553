import type { Edit } from '../../json/edit.ts';
import { isObject } from '../../json/json.ts';
import type { Quirk } from './quirk.ts';

/** Google's Vertex has the model in the path and the version, which others want as a header, in the body. */
export const anthropicOnVertex: Quirk = {
  dialect: 'anthropic-messages',
  edits: (body) =>
    body['model'] === undefined
      ? []
      : [
          { op: 'remove', path: ['model'] },
          { op: 'set', path: ['anthropic_version'], value: 'vertex-2023-10-16' },
        ],
};

/** Amazon's Bedrock does the same, and tells streams by the path too. */
export const anthropicOnBedrock: Quirk = {
  dialect: 'anthropic-messages',
  edits: (body) =>
    body['model'] === undefined
      ? []
      : [
          { op: 'remove', path: ['model'] },
          { op: 'remove', path: ['stream'] },
          { op: 'set', path: ['anthropic_version'], value: 'bedrock-2023-05-31' },
        ],
};

/** Bedrock has the model of every format in the path, and refuses bodies that name it. */
export const cohereOnBedrock: Quirk = {
  dialect: 'cohere',
  operations: ['embeddings', 'rerank'],
  edits: (body) =>
    body['model'] === undefined
      ? []
      : [
          { op: 'remove', path: ['model'] },
          ...(body['query'] === undefined ? [] : [{ op: 'set', path: ['api_version'], value: 2 } as const]),
        ],
};

/** What Vertex counts; it refuses members it does not know. */
const countedMembers = ['contents', 'systemInstruction', 'tools', 'generationConfig'] as const;

/** Vertex counts a request that stands at the top of the body; AI Studio takes one in `generateContentRequest` too. */
export const flatCountTokens: Quirk = {
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
};
