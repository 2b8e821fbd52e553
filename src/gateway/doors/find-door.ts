import type { DialectId, Operation } from '../../core/ir/index.ts';
import type { HeldAsk } from '../line/held/run-held.ts';
import { isOpenrouterPath, openrouterPrefix } from '../skins/openrouter/openrouter-face.ts';
import type { Door, LocalQuestion, Place } from './door.ts';
import {
  type CloudPath,
  decodePath,
  deploymentAt,
  hostedMessagesAt,
  invokedMessagesAt,
  withoutPublisher,
} from './paths/cloud-paths.ts';
import { converseAt, conversePaths } from './paths/converse-paths.ts';

/** The door table: path behind `/v1` → dialect and operation. */
const doors: Readonly<Record<string, readonly [DialectId, Operation]>> = {
  '/chat/completions': ['openai-chat', 'chat'],
  '/completions': ['openai-completions', 'chat'],
  '/responses': ['openai-responses', 'chat'],
  '/responses/input_tokens': ['openai-responses', 'count-tokens'],
  '/responses/compact': ['openai-responses', 'compact'],
  '/embeddings': ['openai-chat', 'embeddings'],
  '/messages': ['anthropic-messages', 'chat'],
  '/messages/count_tokens': ['anthropic-messages', 'count-tokens'],
  '/rerank': ['jina', 'rerank'],
  '/moderations': ['openai-chat', 'moderations'],
};

/** Doors whose version is part of the path: Cohere's. */
const versionedDoors: typeof doors = {
  '/v1/chat': ['cohere-v1', 'chat'],
  '/v2/chat': ['cohere', 'chat'],
  '/v2/embed': ['cohere', 'embeddings'],
  '/v2/rerank': ['cohere', 'rerank'],
};

/** Doors whose paths know no version. */
const unversionedDoors: Readonly<Record<string, readonly [DialectId, Operation]>> = {
  '/api/chat': ['ollama', 'chat'],
  '/api/generate': ['ollama-generate', 'chat'],
  '/api/embed': ['ollama', 'embeddings'],
  '/api/embeddings': ['ollama-generate', 'embeddings'],
};

interface GeminiMethod {
  readonly operation: Operation;
  readonly stream?: boolean;
  readonly batch?: boolean;
}

const geminiMethods: Readonly<Record<string, GeminiMethod>> = {
  generateContent: { operation: 'chat', stream: false },
  streamGenerateContent: { operation: 'chat', stream: true },
  countTokens: { operation: 'count-tokens' },
  embedContent: { operation: 'embeddings', batch: false },
  batchEmbedContents: { operation: 'embeddings', batch: true },
};

const geminiPath = /^(?:\/v1beta|\/v1alpha|\/v1)?\/models\/(.+):([A-Za-z]+)$/;

/** Every door by path, for pages and tests. */
export const doorPaths: readonly string[] = [
  ...Object.keys(doors).map((path) => `/v1${path}`),
  ...Object.keys(versionedDoors),
  ...Object.keys(geminiMethods).map((method) => `/v1beta/models/{model}:${method}`),
  '/openai/deployments/{model}/chat/completions',
  '/openai/v1/…',
  '/v1/projects/{project}/locations/{location}/publishers/{publisher}/models/{model}:generateContent',
  '/v1/projects/{project}/locations/{location}/publishers/anthropic/models/{model}:rawPredict',
  ...conversePaths,
  '/v1/route',
  '/model/{model}/invoke',
  '/model/{model}/invoke-with-response-stream',
  '/v1/models',
  '/v1beta/models',
  ...Object.keys(unversionedDoors),
  '/api/tags',
];

/**
 * Finds what a path leads to; undefined when it leads nowhere. `/v1` may be left out or stand there twice, `/api`, `/openai` and `/anthropic` may stand before it, `/cursor`
 * opens Cursor's door.
 */
export const findDoor = (method: string, path: string, query: string): Place | undefined =>
  (method === 'POST' ? usualPlaces.get(path) : undefined) ?? inSkin(path, findPlace(method, path, query));

/** At OpenRouter's paths its clients call, and are answered in its way. */
const inSkin = (path: string, place: Place | undefined): Place | undefined =>
  place?.kind === 'door' && isOpenrouterPath(path)
    ? { kind: 'door', door: { ...place.door, skin: 'openrouter' } }
    : place;

const findPlace = (method: string, path: string, query: string): Place | undefined => {
  const cursor = path.startsWith('/cursor/');
  const plain = trimPath(cursor ? path.slice('/cursor'.length) : path);
  const fixed = versionedDoors[plain] ?? doors[stripVersion(plain)] ?? unversionedDoors[plain];
  if (fixed !== undefined) return fixedDoor(method, fixed, cursor);
  if (plain === '/v1/route') return explainingDoor(method);
  const converse = converseAt(method, plain);
  if (converse !== undefined) return converse;
  const cloud = deploymentAt(plain) ?? hostedMessagesAt(plain) ?? invokedMessagesAt(plain);
  if (cloud !== undefined) return cloudDoor(method, cloud);
  const gemini = plain.endsWith(':') ? null : geminiPath.exec(withoutPublisher(plain));
  if (gemini !== null) return geminiDoor(method, gemini, query);
  return modelsPlace(method, plain) ?? localModelsPlace(method, plain) ?? heldAnswer(method, plain);
};

/** What clients put before the usual paths: `/api` of OpenRouter, `/openai` and `/anthropic` of Azure. */
const prefixes =
  /^\/(?:api(?=\/v1(?:beta|alpha)?(?:\/|$))|openai(?=\/(?:v1|deployments|responses|models|chat|completions|embeddings)(?:\/|$))|anthropic(?=\/v1\/))/;

/** Addresses put together by hand have a slash or a version twice: `//v1/messages`, `/v1/v1/messages`. */
const twice = /^\/v1(?=\/v1\/)/;

const trimPath = (path: string): string => {
  const rest = path
    .replace(/\/{2,}/, '/')
    .replace(prefixes, '')
    .replace(twice, '');
  return rest.length > 1 && rest.endsWith('/') ? rest.slice(0, -1) : rest;
};

const stripVersion = (path: string): string => (path.startsWith('/v1/') ? path.slice('/v1'.length) : path);

/** How streams are written at the doors of a dialect that has no choice. */
const doorFraming = (dialect: DialectId): Door['framing'] => (lineDoors.has(dialect) ? 'ndjson' : 'sse');

const lineDoors: ReadonlySet<DialectId> = new Set(['ollama', 'ollama-generate', 'cohere-v1']);

const fixedDoor = (method: string, [dialect, operation]: readonly [DialectId, Operation], cursor: boolean): Place => {
  if (method !== 'POST') return { kind: 'wrong-method', allow: 'POST', dialect };
  const door: Door = { operation, request: dialect, reply: dialect, skin: 'plain', framing: doorFraming(dialect) };
  return { kind: 'door', door: cursor && dialect === 'openai-chat' ? { ...door, mixed: true } : door };
};

const explainingDoor = (method: string): Place => {
  const place = fixedDoor(method, ['openai-chat', 'chat'], false);
  return place.kind === 'door' ? { kind: 'door', door: { ...place.door, explains: true } } : place;
};

const cloudDoor = (method: string, { dialect, operation, ...told }: CloudPath): Place => {
  const place = fixedDoor(method, [dialect, operation], false);
  return place.kind === 'door' ? { kind: 'door', door: { ...place.door, ...told } } : place;
};

/** The doors by the paths nearly all clients use, ready to be handed out. */
const usualPlaces: ReadonlyMap<string, Place> = new Map([
  ...Object.entries(doors).flatMap(([path, way]) => {
    const place = fixedDoor('POST', way, false);
    const atFace = `${openrouterPrefix}${path.slice(1)}`;
    return [
      [path, place],
      [`/v1${path}`, place],
      [atFace, inSkin(atFace, place) ?? place],
    ] as const;
  }),
  ...Object.entries(versionedDoors).map(([path, way]) => [path, fixedDoor('POST', way, false)] as const),
]);

const geminiDoor = (method: string, match: RegExpExecArray, query: string): Place | undefined => {
  const [, model = '', name = ''] = match;
  const found = Object.hasOwn(geminiMethods, name) ? geminiMethods[name] : undefined;
  if (found === undefined) return undefined;
  if (method !== 'POST') return { kind: 'wrong-method', allow: 'POST', dialect: 'gemini' };
  return {
    kind: 'door',
    door: {
      ...found,
      request: 'gemini',
      reply: 'gemini',
      skin: 'plain',
      framing: found.stream === true && !/(?:^|&)alt=sse(?:&|$)/i.test(query) ? 'json-array' : 'sse',
      model: decodePath(model),
    },
  };
};

const modelsPlace = (method: string, path: string): Place | undefined => {
  const shape = path.startsWith('/v1beta/') ? 'gemini' : 'openai';
  const rest = shape === 'gemini' ? path.slice('/v1beta'.length) : stripVersion(path);
  if (rest !== '/models' && !rest.startsWith('/models/')) return undefined;
  if (method !== 'GET' && method !== 'HEAD') {
    return { kind: 'wrong-method', allow: 'GET', dialect: shape === 'gemini' ? 'gemini' : 'openai-chat' };
  }
  const model = rest.slice('/models/'.length);
  return model === '' ? { kind: 'models', shape } : { kind: 'models', shape, model: decodePath(model) };
};

/** What clients of a local model server ask it beside answers. */
const localModels: Readonly<Record<string, readonly ['GET' | 'POST', LocalQuestion]>> = {
  '/api/tags': ['GET', 'tags'],
  '/api/ps': ['GET', 'running'],
  '/api/version': ['GET', 'version'],
  '/api/show': ['POST', 'show'],
};

const localModelsPlace = (method: string, path: string): Place | undefined => {
  const [allow, asks] = localModels[path] ?? [];
  if (allow === undefined || asks === undefined) return undefined;
  const fits = method === allow || (allow === 'GET' && method === 'HEAD');
  return fits ? { kind: 'local-models', asks } : { kind: 'wrong-method', allow, dialect: 'ollama' };
};

const keptAnswer = /^\/responses\/([^/]+)(|\/cancel|\/input_items)$/;

/** What may be asked of a kept answer, by what follows its id. */
const keptMethods: Readonly<Record<HeldAsk['rest'], readonly HeldAsk['method'][]>> = {
  '': ['GET', 'DELETE'],
  '/cancel': ['POST'],
  '/input_items': ['GET'],
};

const heldAnswer = (method: string, path: string): Place | undefined => {
  const [, id, rest] = keptAnswer.exec(stripVersion(path)) ?? [];
  if (id === undefined || rest === undefined) return undefined;
  const methods = keptMethods[rest as HeldAsk['rest']];
  const asked = methods.find((known) => known === method);
  if (asked === undefined) return { kind: 'wrong-method', allow: methods.join(', '), dialect: 'openai-responses' };
  return { kind: 'held-answer', asked: { method: asked, id: decodePath(id), rest: rest as HeldAsk['rest'] } };
};
