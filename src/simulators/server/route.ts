import type { DialectId } from '../../core/ir/dialect-id.ts';

type SimulatedOperation =
  | 'chat'
  | 'embeddings'
  | 'count-tokens'
  | 'compact'
  | 'rerank'
  | 'moderations'
  | 'models'
  | 'unknown';

/** What a path asks for. `model` and `stream` are set where the path names them (Gemini, hosts with deployments). */
export interface SimulatedRoute {
  readonly dialect: DialectId;
  readonly operation: SimulatedOperation;
  readonly model?: string;
  readonly stream?: boolean;
  /** Gemini's method, such as `batchEmbedContents`. */
  readonly method?: string;
  /** Another company's host, whose calls carry no version as a header. */
  readonly hosted?: true;
  /** The version a host of Anthropic's models wants in the body, in place of model and header. */
  readonly bodyVersion?: string;
  /** Amazon has the model in the path and refuses members it does not know. */
  readonly invoked?: true;
  /** Events of a stream come wrapped in messages of AWS. */
  readonly wrapped?: true;
}

const posts: readonly (readonly [RegExp, SimulatedRoute])[] = [
  [/\/api\/chat$/, { dialect: 'ollama', operation: 'chat' }],
  [/\/api\/generate$/, { dialect: 'ollama-generate', operation: 'chat' }],
  [/\/api\/embed$/, { dialect: 'ollama', operation: 'embeddings' }],
  [/\/api\/embeddings$/, { dialect: 'ollama-generate', operation: 'embeddings' }],
  [/\/chat\/completions$/, { dialect: 'openai-chat', operation: 'chat' }],
  // Writer's and Cohere's older interface share a path: Writer is told by its name in the base path of a simulator.
  [/\/writer\/(?:v1\/)?chat$/, { dialect: 'openai-chat', operation: 'chat' }],
  [/\/v1\/chat$/, { dialect: 'cohere-v1', operation: 'chat' }],
  [/\/completions$/, { dialect: 'openai-completions', operation: 'chat' }],
  [/\/responses$/, { dialect: 'openai-responses', operation: 'chat' }],
  [/\/responses\/input_tokens$/, { dialect: 'openai-responses', operation: 'count-tokens' }],
  [/\/responses\/compact$/, { dialect: 'openai-responses', operation: 'compact' }],
  [/\/messages$/, { dialect: 'anthropic-messages', operation: 'chat' }],
  [/\/messages\/count_tokens$/, { dialect: 'anthropic-messages', operation: 'count-tokens' }],
  // Voyage and Jina are told from OpenAI by their host's name in the base path of a simulator.
  [/\/voyage\/(?:v1\/)?embeddings$/, { dialect: 'voyage', operation: 'embeddings' }],
  [/\/jina\/(?:v1\/)?embeddings$/, { dialect: 'jina', operation: 'embeddings' }],
  [/\/embeddings$/, { dialect: 'openai-chat', operation: 'embeddings' }],
  [/\/v2\/chat$/, { dialect: 'cohere', operation: 'chat' }],
  [/\/v2\/embed$/, { dialect: 'cohere', operation: 'embeddings' }],
  [/\/v2\/rerank$/, { dialect: 'cohere', operation: 'rerank' }],
  [/\/voyage\/(?:v1\/)?rerank$/, { dialect: 'voyage', operation: 'rerank' }],
  [/\/rerank$/, { dialect: 'jina', operation: 'rerank' }],
  [/\/moderations$/, { dialect: 'openai-chat', operation: 'moderations' }],
];

const geminiMethods: Readonly<Record<string, Pick<SimulatedRoute, 'operation' | 'stream'>>> = {
  generateContent: { operation: 'chat', stream: false },
  streamGenerateContent: { operation: 'chat', stream: true },
  countTokens: { operation: 'count-tokens' },
  embedContent: { operation: 'embeddings' },
  batchEmbedContents: { operation: 'embeddings' },
};

/** Which provider's interface a call is for, by its path's end, so that any base path works. */
export const routeOf = (call: {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}): SimulatedRoute => {
  const path = call.path.split('?')[0] ?? '';
  const hosted = hostedAnthropic(path);
  if (hosted !== undefined) return hosted;
  const gemini = /\/(?:models|tunedModels)\/([^:]+):(\w+)$/.exec(path);
  if (gemini !== null) {
    const method = gemini[2] ?? '';
    const known = geminiMethods[method] ?? { operation: 'unknown' as const };
    return { dialect: 'gemini', ...known, model: decodeURIComponent(gemini[1] ?? ''), method };
  }
  const converse = converseRoute(path);
  if (converse !== undefined) return converse;
  if (call.method === 'GET' || call.method === 'HEAD') return modelsRoute(path, call.headers);
  const found = posts.find(([pattern]) => pattern.test(path))?.[1] ?? {
    dialect: dialectOfPath(path, call.headers),
    operation: 'unknown' as const,
  };
  const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1];
  return deployment === undefined ? found : { ...found, model: decodeURIComponent(deployment) };
};

/** Anthropic's models at clouds: model and stream stand in the path, the version in the body. Amazon wraps the events of a stream. */
const hostedAnthropic = (path: string): SimulatedRoute | undefined => {
  const dialect = 'anthropic-messages';
  const [, vertex, raw] = /\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/.exec(path) ?? [];
  if (vertex === 'count-tokens') return { dialect, operation: 'count-tokens', hosted: true };
  if (vertex !== undefined) {
    const place = { model: decodeURIComponent(vertex), stream: raw === 'streamRawPredict' };
    return { dialect, operation: 'chat', ...place, hosted: true, bodyVersion: 'vertex-2023-10-16' };
  }
  const [, amazon, invoked] = /\/model\/([^/]*anthropic[^/]*)\/(invoke|invoke-with-response-stream)$/.exec(path) ?? [];
  if (amazon === undefined) return invokedEmbedding(path);
  const place = { model: decodeURIComponent(amazon), stream: invoked !== 'invoke', wrapped: true } as const;
  return { dialect, operation: 'chat', ...place, hosted: true, bodyVersion: 'bedrock-2023-05-31' };
};

/** Models of search that Amazon runs in their makers' formats, and Google's older embeddings. */
const invokedEmbedding = (path: string): SimulatedRoute | undefined => {
  const predicted = /\/publishers\/google\/models\/([^/]+):predict$/.exec(path)?.[1];
  if (predicted !== undefined)
    return { dialect: 'vertex-predict', operation: 'embeddings', model: decodeURIComponent(predicted) };
  const [, invoked, maker, task] = /\/model\/([^/]*(titan|cohere)[^/]*(embed|rerank)[^/]*)\/invoke$/.exec(path) ?? [];
  if (invoked === undefined) return undefined;
  const model = decodeURIComponent(invoked);
  if (maker === 'titan') return { dialect: 'amazon-titan', operation: 'embeddings', model };
  return { dialect: 'cohere', operation: task === 'rerank' ? 'rerank' : 'embeddings', model, invoked: true };
};

const converseMethods: Readonly<Record<string, Pick<SimulatedRoute, 'operation' | 'stream'>>> = {
  converse: { operation: 'chat', stream: false },
  'converse-stream': { operation: 'chat', stream: true },
  'count-tokens': { operation: 'count-tokens' },
};

/** The model is one step of the path, with its colons and slashes encoded. */
const converseRoute = (path: string): SimulatedRoute | undefined => {
  const match = /\/model\/([^/]+)\/([a-z-]+)$/.exec(path);
  const known = match === null ? undefined : converseMethods[match[2] ?? ''];
  if (known === undefined) return undefined;
  return { dialect: 'bedrock-converse', ...known, model: decodeURIComponent(match?.[1] ?? '') };
};

const dialectOfPath = (path: string, headers: Readonly<Record<string, string>>): DialectId => {
  // Google's clients ask for `/v1/models` too; their key header tells them apart.
  if (path.includes('/v1beta/') || headers['x-goog-api-key'] !== undefined) return 'gemini';
  return headers['anthropic-version'] === undefined ? 'openai-chat' : 'anthropic-messages';
};

const modelsRoute = (path: string, headers: Readonly<Record<string, string>>): SimulatedRoute => {
  const dialect = dialectOfPath(path, headers);
  const match = /\/models(?:\/(.+))?$/.exec(path);
  if (match === null) return { dialect, operation: 'unknown' };
  return { dialect, operation: 'models', ...(match[1] === undefined ? {} : { model: decodeURIComponent(match[1]) }) };
};
