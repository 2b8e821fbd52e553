import type { DialectId, Operation } from '../../../core/ir/index.ts';
import type { Edit } from '../../../core/json/edit.ts';
import type { Door } from '../door.ts';

/** What a path of a cloud's own says besides the door. */
export interface CloudPath {
  readonly dialect: DialectId;
  readonly operation: Operation;
  readonly bodyEdits: readonly Edit[];
  readonly framing?: Door['framing'];
  readonly headerMember?: NonNullable<Door['headerMember']>;
}

const deploymentOperations: Readonly<Record<string, readonly [DialectId, Operation]>> = {
  'chat/completions': ['openai-chat', 'chat'],
  completions: ['openai-completions', 'chat'],
  embeddings: ['openai-chat', 'embeddings'],
  responses: ['openai-responses', 'chat'],
};

const deploymentPath =
  /^(?:\/v1)?\/(?:deployments|engines)\/(.+?)\/(chat\/completions|completions|embeddings|responses)$/;

/** `/openai/deployments/{model}/chat/completions`, as clients of Azure write it; `/openai` is gone by now. */
export const deploymentAt = (path: string): CloudPath | undefined => {
  const [, deployment, name = ''] = deploymentPath.exec(path) ?? [];
  const way = deploymentOperations[name];
  if (deployment === undefined || way === undefined) return undefined;
  return { dialect: way[0], operation: way[1], bodyEdits: [named(deployment)] };
};

const hostedPath =
  /^\/v1(?:beta1?|alpha)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/]+):(?:stream)?[rR]awPredict$/;

/**
 * `…/publishers/anthropic/models/{model}:rawPredict` and `:streamRawPredict`, as clients of Anthropic's models on Vertex write it. Whether it is a
 * stream stands in the body too.
 */
export const hostedMessagesAt = (path: string): CloudPath | undefined => {
  const [, model] = hostedPath.exec(path) ?? [];
  if (model === undefined) return undefined;
  const dialect = 'anthropic-messages';
  if (model === 'count-tokens') return { dialect, operation: 'count-tokens', bodyEdits: [versionless] };
  return { dialect, operation: 'chat', bodyEdits: [named(model), versionless] };
};

const named = (model: string): Edit => ({ op: 'set', path: ['model'], value: decodePath(model) });

/** The version is a header everywhere else, and refused in a body. */
const versionless: Edit = { op: 'remove', path: ['anthropic_version'] };

const invokedPath = /^\/model\/(.+)\/(invoke|invoke-with-response-stream)$/;

/**
 * `/model/{model}/invoke` and `…/invoke-with-response-stream`, as clients of Anthropic's models on Bedrock write it. The path tells a stream, and
 * betas stand in the body.
 */
export const invokedMessagesAt = (path: string): CloudPath | undefined => {
  const [, model, method] = invokedPath.exec(path) ?? [];
  if (model === undefined) return undefined;
  const stream: Edit =
    method === 'invoke' ? { op: 'remove', path: ['stream'] } : { op: 'set', path: ['stream'], value: true };
  return {
    dialect: 'anthropic-messages',
    operation: 'chat',
    bodyEdits: [named(model), stream, versionless, { op: 'remove', path: ['anthropic_beta'] }],
    framing: 'aws-chunks',
    headerMember: { member: 'anthropic_beta', header: 'anthropic-beta' },
  };
};

const publisherPath =
  /^(\/v1(?:beta1?|alpha)?)(?:\/projects\/[^/]+\/locations\/[^/]+)?(?:\/publishers\/([^/]+))?(\/models\/.+)$/;

/**
 * Clients of Vertex put project, location and publisher before `/models/{model}:{method}`, and make the publisher out of what stands before a
 * model's first slash. The path as Gemini's other clients write it.
 */
export const withoutPublisher = (path: string): string => {
  const [, version = '', publisher, rest = ''] = publisherPath.exec(path) ?? [];
  if (rest === '') return path;
  if (publisher === undefined || publisher === 'google') return version.replace('beta1', 'beta') + rest;
  return `${version.replace('beta1', 'beta')}/models/${publisher}${rest.slice('/models'.length)}`;
};

/** Decodes a part of a path; one that is not encoded properly is taken as it is. */
export const decodePath = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
