import type { ChatRequest } from '../../../core/ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { estimateTokens } from '../../../core/policy/estimate-tokens.ts';
import type { RouteFacts } from '../../../core/routing/plan-route.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { Incoming } from '../../incoming.ts';
import type { Decoded, Identified } from '../records.ts';
import { conversationOf } from './conversation.ts';

/** Parameters of a request, in the words of `/v1/models`. */
const parameterNames: Readonly<Partial<Record<keyof ChatRequest, string>>> = {
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  output: 'response_format',
  verbosity: 'verbosity',
  reasoning: 'reasoning',
  maxOutputTokens: 'max_tokens',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  seed: 'seed',
  stop: 'stop',
  logprobs: 'logprobs',
  topLogprobs: 'top_logprobs',
  logitBias: 'logit_bias',
};

const parametersOf = (request: ChatRequest): readonly string[] => {
  const found: string[] = [];
  for (const [member, name] of Object.entries(parameterNames))
    if (request[member as keyof ChatRequest] !== undefined) found.push(name);
  return found;
};

/** Metadata some clients send in a header; what is not an object says nothing. */
const headerMetadata = (incoming: Incoming): JsonObject | undefined => {
  const text = incoming.header('x-portkey-metadata');
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const headersOf = (incoming: Incoming): JsonObject =>
  Object.fromEntries([...incoming.headerNames()].map((name) => [name.toLowerCase(), incoming.header(name) ?? null]));

const callerOf = ({ orgId, keyId, label }: Identity): string => `${orgId}/${keyId ?? label}`;

/** What planning knows of a chat. */
export const chatFacts = ({ request, body, incoming, identity, chosen, choices }: Decoded): RouteFacts => ({
  ...(chosen === undefined ? {} : { chosen }),
  ...(choices === undefined ? {} : { choices }),
  get conversation() {
    return conversationOf(identity.orgId, { request, body, incoming });
  },
  metadata: { ...request.metadata, ...headerMetadata(incoming) },
  params: body,
  url: { pathname: incoming.path },
  get headers() {
    return headersOf(incoming);
  },
  caller: callerOf(identity),
  inputTokens: estimateTokens(request),
  maxOutputTokens: request.maxOutputTokens,
  parameters: parametersOf(request),
  streams: request.stream,
  tags: tagsOf(identity.scopes),
});

const tagScope = 'tag:';

const tagsOf = (scopes: readonly string[]): readonly string[] =>
  scopes.filter((scope) => scope.startsWith(tagScope)).map((scope) => scope.slice(tagScope.length));

const bytesPerToken = 4;

/** What planning knows of a request that is no chat. */
export const plainFacts = ({ body, bytes, incoming, identity }: Identified): RouteFacts => ({
  metadata: headerMetadata(incoming) ?? {},
  params: body,
  url: { pathname: incoming.path },
  get headers() {
    return headersOf(incoming);
  },
  caller: callerOf(identity),
  inputTokens: Math.ceil(bytes.length / bytesPerToken),
  parameters: [],
  tags: tagsOf(identity.scopes),
});
