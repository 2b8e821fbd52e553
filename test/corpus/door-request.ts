import { dialects } from '../../src/core/dialects/index.ts';
import { unsupportedByTarget } from '../../src/core/errors/gateway-error.ts';
import type { ChatRequest, DialectId, Loss } from '../../src/core/ir/index.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { type Exchange, requestObject } from './exchange.ts';

/** A request for a door, and what could not be said at it. */
export interface DoorRequest {
  readonly path: string;
  readonly body: JsonObject;
  readonly losses: readonly Loss[];
}

export const streams = (exchange: Exchange): boolean =>
  exchange.stream ||
  exchange.tags.includes('stream_requested') ||
  /streamGenerateContent|\/converse-stream$/.test(exchange.url) ||
  requestObject(exchange)?.['stream'] === true;

const fixedPaths: Readonly<Partial<Record<DialectId, string>>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-completions': '/v1/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  cohere: '/v2/chat',
  'cohere-v1': '/v1/chat',
  ollama: '/api/chat',
  'ollama-generate': '/api/generate',
};

const noChat = (door: DialectId): never => {
  throw new Error(`no chat in ${door}`);
};

const pathOf = (door: DialectId, model: string, stream: boolean): string => {
  if (door === 'bedrock-converse')
    return `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`;
  return door === 'gemini'
    ? `/v1beta/models/${encodeURI(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`
    : (fixedPaths[door] ?? noChat(door));
};

/** The least a client can ask, for recordings without their request. */
const plainRequest = (model: string, stream: boolean): ChatRequest => ({
  model,
  stream,
  turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'Hello' }] }],
  maxOutputTokens: 4096,
  ...(stream ? { streamUsage: true } : {}),
});

const encodeFor = (door: DialectId, request: ChatRequest, model: string): DoorRequest => {
  const { chat } = dialects[door];
  if (chat === undefined) throw new Error(`no chat in ${door}`);
  const { body, losses } = chat.upstream.encodeRequest(request, {
    model,
    defaultMaxOutputTokens: 4096,
    traits: new Set(),
  });
  // This door demands a limit; a recording without one gets one that the client of that door would have had to choose.
  const limited = door === 'anthropic-messages' && request.maxOutputTokens === undefined;
  const all = limited ? [...losses, { field: 'maxOutputTokens', action: 'changed' } as const] : losses;
  return { path: pathOf(door, model, request.stream), body, losses: all };
};

/** The recorded request as it was, for the door of its own dialect; only the model's name is changed to one of this gateway. */
export const sameDoorRequest = (exchange: Exchange, dialect: DialectId, model: string): DoorRequest => {
  const recorded = requestObject(exchange);
  const stream = streams(exchange);
  if (recorded === undefined) return encodeFor(dialect, plainRequest(model, stream), model);
  const path = pathOf(dialect, model, stream);
  if (dialect === 'bedrock-converse') return { path, body: recorded, losses: [] };
  if (dialect !== 'gemini') return { path, body: { ...recorded, model }, losses: [] };
  // Google's clients ask for a list of chunks, and for numbers in place of words, in the query.
  const query = /\?(.*)$/.exec(exchange.url)?.[1]?.replaceAll(/&?key=[^&]*/g, '');
  return { path: query === undefined ? path : path.replace(/\?.*|$/, `?${query}`), body: recorded, losses: [] };
};

/** Whether the model stands in the path. */
export const isPathNamed = (dialect: DialectId): boolean => dialect === 'gemini' || dialect === 'bedrock-converse';

/** The recorded request said in another door's dialect. Throws `GatewayError` when that dialect cannot say it. */
export const otherDoorRequest = (
  exchange: Exchange,
  how: { readonly from: DialectId; readonly door: DialectId; readonly model: string },
): DoorRequest => {
  const recorded = requestObject(exchange);
  const stream = streams(exchange);
  if (recorded === undefined) return encodeFor(how.door, plainRequest(how.model, stream), how.model);
  const decoded = dialects[how.from].chat?.door.decodeRequest(
    { ...recorded, ...(isPathNamed(how.from) ? {} : { model: how.model }) },
    { model: how.model, stream },
  );
  if (decoded === undefined) throw new Error(`no chat in ${how.from}`);
  if (decoded.turns.length === 0) throw unsupportedByTarget('prompt', 'several prompts are no conversation');
  return encodeFor(how.door, { ...decoded, ...(stream ? { streamUsage: true } : {}) }, how.model);
};
