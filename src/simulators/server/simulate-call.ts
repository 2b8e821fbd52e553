import type { DialectId } from '../../core/ir/dialect-id.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { requestTokens } from '../answer/count-tokens.ts';
import { defaultAnswer } from '../answer/default-answer.ts';
import { piecesOf, type SimulatedAnswer, type WriteContext } from '../answer/simulated-answer.ts';
import { decodeAnthropicCount } from '../decode/anthropic-messages.ts';
import { decodeConverseCount } from '../decode/converse/converse.ts';
import { decodeRequest } from '../decode/decode-request.ts';
import {
  decodeGeminiEmbeddings,
  decodeOpenaiEmbeddings,
  type SimulatedEmbeddingRequest,
} from '../decode/embeddings.ts';
import { decodeOllamaEmbeddings } from '../decode/ollama/ollama-generate.ts';
import { cloudEmbeddings } from '../retrieval/cloud-embeddings.ts';
import {
  decodeCohereEmbeddings,
  decodeJinaEmbeddings,
  decodeRerank,
  decodeVoyageEmbeddings,
  type SimulatedRerankRequest,
} from '../retrieval/decode-retrieval.ts';
import { moderate } from '../retrieval/moderation.ts';
import { rerankWriters, writeCohereEmbeddings } from '../retrieval/write-retrieval.ts';
import type { SimulatedRequest } from '../simulated-request.ts';
import { refusal, SimulatorRefusal } from '../simulator-refusal.ts';
import { writeGeminiEmbeddings, writeOpenaiEmbeddings } from '../write/embeddings.ts';
import { identifier } from '../write/identifier.ts';
import { writeModel, writeModels } from '../write/models.ts';
import { writeOllamaEmbeddings } from '../write/ollama.ts';
import { writeAnswer, writeStream } from '../write/write-answer.ts';
import { checkHosted, checkKey, checkVersion } from './check-key.ts';
import { jsonReply, type Reply, refusalReply, streamReply } from './reply.ts';
import { routeOf, type SimulatedRoute } from './route.ts';
import { parseScenario, type Scenario, splitModel } from './scenario.ts';
import { wrappedReply } from './wrapped-reply.ts';

/** A call as any server would hand it on. Header names are lower case. */
interface SimulatedCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface SimulateOptions {
  /** The one key that is right; any will do when absent. `null` checks none. */
  readonly key?: string | null;
  readonly models: readonly string[];
  /** Letters and digits, unique for each call: ids are made from it. */
  readonly serial: string;
  readonly nowSeconds: number;
  /** In place of the default answer. */
  readonly answer?: SimulatedAnswer | ((request: SimulatedRequest) => SimulatedAnswer);
  readonly scenario?: Scenario;
}

/** What a call was found to be, and its answer. */
interface SimulatedOutcome {
  readonly route: SimulatedRoute;
  readonly scenario: Scenario;
  readonly request?: SimulatedRequest;
  readonly embedding?: SimulatedEmbeddingRequest;
  readonly rerank?: SimulatedRerankRequest;
  readonly refusal?: SimulatorRefusal;
  readonly reply: Reply;
}

/** Answers a call without any network: reads it as its provider would, refuses it or answers it. */
export const simulateCall = (call: SimulatedCall, options: SimulateOptions): SimulatedOutcome => {
  const route = routeOf(call);
  const { dialect } = route;
  let scenario = options.scenario ?? {};
  try {
    scenario = { ...parseScenario(call.headers['x-simulate'] ?? ''), ...scenario };
    if (options.key !== null) checkKey(dialect, call, options.key);
    if (route.operation === 'models') return { route, scenario, reply: modelsReply(route, options) };
    if (route.hosted !== true) checkVersion(dialect, call);
    const body = withPath(parseBody(dialect, call.body), route);
    const split = splitModel(route.model ?? (isObject(body) && typeof body['model'] === 'string' ? body['model'] : ''));
    if (split.faults !== undefined) scenario = { ...parseScenario(split.faults), ...scenario };
    return { route, scenario, ...answerCall({ route, call, body, model: split.model, scenario }, options) };
  } catch (error) {
    const refused =
      error instanceof SimulatorRefusal ? error : refusal(dialect, { status: 400, message: String(error) });
    return { route, scenario, refusal: refused, reply: refusalReply(dialect, options.serial, refused) };
  }
};

const brokenBody: Readonly<Record<DialectId, string>> = {
  'openai-chat':
    'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.',
  'openai-completions':
    'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.',
  'openai-responses':
    'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.',
  'anthropic-messages': 'The request body is not valid JSON: expected value: line 1 column 1 (char 0)',
  gemini: 'Invalid JSON payload received. Unexpected token.',
  cohere: 'invalid request: the request body is not valid JSON',
  'cohere-v1': 'invalid request: the request body is not valid JSON',
  voyage: 'The request body is not valid JSON, or some arguments were not specified properly.',
  jina: 'The request body is not valid JSON.',
  ollama: 'invalid character after top-level value',
  'ollama-generate': 'invalid character after top-level value',
  'bedrock-converse': 'Unexpected token in JSON at position 0',
  'amazon-titan': 'Malformed input request, please reformat your input and try again.',
  'vertex-predict': 'Invalid JSON payload received. Unexpected token.',
};

const parseBody = (dialect: DialectId, text: string): Json => {
  const body = parseJson(text);
  if (body === undefined) throw refusal(dialect, { status: 400, message: brokenBody[dialect] });
  return body;
};

/** Amazon's own check before it hands a body to a model of another maker. */
const withoutExtraneous = (body: Json, model: string, versioned: boolean): Json => {
  const refuse = (message: string) =>
    refusal('cohere', { status: 400, message: `Malformed input request: ${message}` });
  if (!isObject(body)) throw refuse('expected type: JSONObject');
  const { api_version: version, ...rest } = body;
  if (body['model'] !== undefined) throw refuse('#: extraneous key [model] is not permitted');
  if (versioned !== (version !== undefined)) throw refuse('#: required key [api_version] not found, or extraneous');
  return { ...rest, model };
};

/** Where a host tells model and stream by the path, they are put where the reader looks. */
const withPath = (body: Json, { bodyVersion, model, stream, invoked, operation }: SimulatedRoute): Json => {
  if (invoked === true) return withoutExtraneous(body, model ?? '', operation === 'rerank');
  if (bodyVersion === undefined) return body;
  checkHosted(body, bodyVersion);
  return isObject(body) ? { ...body, model: model ?? '', stream: stream === true } : body;
};

const modelsReply = (route: SimulatedRoute, options: SimulateOptions): Reply => {
  const { dialect, model } = route;
  if (model === undefined) return jsonReply(dialect, options.serial, writeModels(dialect, options.models));
  if (options.models.includes(model)) return jsonReply(dialect, options.serial, writeModel(dialect, model));
  const message = dialect === 'anthropic-messages' ? `model: ${model}` : `The model '${model}' does not exist`;
  throw refusal(dialect, { status: 404, message, ...(dialect === 'gemini' ? {} : { param: 'model' }) });
};

interface Asked {
  readonly route: SimulatedRoute;
  readonly call: SimulatedCall;
  readonly body: Json;
  /** Without the faults a model name may carry. */
  readonly model: string;
  readonly scenario: Scenario;
}

type Answered = Pick<SimulatedOutcome, 'request' | 'embedding' | 'rerank' | 'reply'>;

const answerCall = (asked: Asked, options: SimulateOptions): Answered => {
  const { route, call } = asked;
  switch (route.operation) {
    case 'chat':
      return chatAnswer(asked, options);
    case 'embeddings':
      return embeddingsAnswer(asked, options);
    case 'count-tokens':
      return countAnswer(asked, options);
    case 'compact':
      return compactAnswer(asked, options);
    case 'rerank':
    case 'moderations':
      return retrievalAnswer(asked, options);
    case 'models':
    case 'unknown': {
      const path = call.path.split('?')[0] ?? '';
      const message = route.dialect === 'anthropic-messages' ? 'Not found' : `Invalid URL (${call.method} ${path})`;
      throw refusal(route.dialect, {
        status: 404,
        message,
        ...(route.dialect === 'openai-chat' ? { code: 'unknown_url' } : {}),
      });
    }
  }
};

const hintsOf = (asked: Asked) => ({
  ...(asked.route.model === undefined ? {} : { model: asked.route.model }),
  ...(asked.route.stream === undefined ? {} : { stream: asked.route.stream }),
});

const chatAnswer = (asked: Asked, options: SimulateOptions): Answered => {
  const { dialect } = asked.route;
  const request = decodeRequest(dialect, asked.body, hintsOf(asked));
  const scripted = typeof options.answer === 'function' ? options.answer(request) : options.answer;
  const answer = withBigPiece(scripted ?? defaultAnswer(request), asked.scenario.bigPieceBytes);
  const context: WriteContext = { model: asked.model, serial: options.serial, createdSeconds: options.nowSeconds };
  const at = { request, context };
  if (!request.stream) return { request, reply: jsonReply(dialect, options.serial, writeAnswer(dialect, answer, at)) };
  const frames = [...azureChunk(asked.scenario), ...writeStream(dialect, answer, at)];
  if (asked.route.wrapped === true) return { request, reply: wrappedReply(frames) };
  if (dialect === 'gemini' && !asked.call.path.includes('alt=sse'))
    return { request, reply: arrayReply(frames, options.serial) };
  return { request, reply: streamReply(dialect, options.serial, frames) };
};

/** Gemini without `alt=sse` streams one JSON array. */
const arrayReply = (frames: readonly SseFrame[], serial: string): Reply => ({
  ...jsonReply('gemini', serial, {}),
  body: `[${frames.map((frame) => frame.data).join('\r\n,\r\n')}]`,
});

const withBigPiece = (answer: SimulatedAnswer, bytes: number | undefined): SimulatedAnswer => {
  if (bytes === undefined) return answer;
  const big = { kind: 'text' as const, pieces: ['x'.repeat(bytes)] };
  return { ...answer, choices: answer.choices.map((choice) => ({ ...choice, parts: [big, ...choice.parts] })) };
};

const azureChunk = (scenario: Scenario): readonly SseFrame[] => {
  if (scenario.azure !== true) return [];
  const clean = { filtered: false, severity: 'safe' };
  const findings = [
    { prompt_index: 0, content_filter_results: { hate: clean, self_harm: clean, sexual: clean, violence: clean } },
  ];
  const chunk = { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: findings };
  return [{ data: JSON.stringify(chunk) }];
};

const embeddingsAnswer = (asked: Asked, options: SimulateOptions): Answered => {
  const { dialect, method } = asked.route;
  if (dialect === 'gemini') {
    const embedding = decodeGeminiEmbeddings(asked.body, {
      model: asked.model,
      ...(method === undefined ? {} : { method }),
    });
    return { embedding, reply: jsonReply(dialect, options.serial, writeGeminiEmbeddings(embedding)) };
  }
  if (dialect === 'cohere') {
    const embedding = { ...decodeCohereEmbeddings(asked.body), model: asked.model };
    return { embedding, reply: jsonReply(dialect, options.serial, writeCohereEmbeddings(embedding, options.serial)) };
  }
  if (dialect === 'ollama' || dialect === 'ollama-generate') {
    const embedding = { ...decodeOllamaEmbeddings(asked.body), model: asked.model };
    return { embedding, reply: jsonReply(dialect, options.serial, writeOllamaEmbeddings(embedding)) };
  }
  const cloud = dialect === 'amazon-titan' || dialect === 'vertex-predict' ? cloudEmbeddings[dialect] : undefined;
  if (cloud !== undefined) {
    const embedding = { ...cloud.read(asked.body), model: asked.model };
    return { embedding, reply: jsonReply(dialect, options.serial, cloud.write(embedding)) };
  }
  const decode =
    dialect === 'voyage' ? decodeVoyageEmbeddings : dialect === 'jina' ? decodeJinaEmbeddings : decodeOpenaiEmbeddings;
  const embedding = { ...decode(asked.body), model: asked.model };
  return { embedding, reply: jsonReply(dialect, options.serial, writeOpenaiEmbeddings(embedding)) };
};

const retrievalAnswer = ({ route, body, model }: Asked, { serial }: SimulateOptions): Answered => {
  if (route.operation === 'moderations') return { reply: jsonReply(route.dialect, serial, moderate(body, serial)) };
  const { dialect } = route;
  if (dialect !== 'cohere' && dialect !== 'voyage' && dialect !== 'jina') throw new Error(`${dialect} has no rerank`);
  const rerank = { ...decodeRerank(dialect, body), model };
  return { rerank, reply: jsonReply(dialect, serial, rerankWriters[dialect](rerank, serial)) };
};

const countAnswer = (asked: Asked, options: SimulateOptions): Answered => {
  const { dialect } = asked.route;
  const request = countedRequest(asked);
  const tokens = requestTokens(request);
  const reply = (body: JsonObject): Answered => ({ request, reply: jsonReply(dialect, options.serial, body) });
  if (dialect === 'bedrock-converse') return reply({ inputTokens: tokens });
  if (dialect === 'anthropic-messages') return reply({ input_tokens: tokens });
  if (dialect !== 'gemini') return reply({ object: 'response.input_tokens', input_tokens: tokens });
  return reply({ totalTokens: tokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }] });
};

const countedRequest = (asked: Asked): SimulatedRequest => {
  const { dialect } = asked.route;
  if (dialect === 'bedrock-converse') return decodeConverseCount(asked.body, hintsOf(asked));
  if (dialect === 'anthropic-messages') return decodeAnthropicCount(asked.body, hintsOf(asked));
  const whole = dialect === 'gemini' && isObject(asked.body) ? asked.body['generateContentRequest'] : undefined;
  return decodeRequest(dialect, whole ?? asked.body, hintsOf(asked));
};

/** The user's messages as they were, then one sealed item in place of everything else. */
const compactAnswer = (asked: Asked, options: SimulateOptions): Answered => {
  const request = decodeRequest('openai-responses', asked.body, {});
  const said = request.turns.flatMap((turn) => (turn.role === 'user' ? turn.parts : []));
  const kept = said.flatMap((part, index) =>
    part.kind !== 'text'
      ? []
      : [
          {
            id: `msg_${identifier(`${options.serial} ${index}`, 48)}`,
            type: 'message',
            status: 'completed',
            content: [{ type: 'input_text', text: part.text }],
            role: 'user',
          },
        ],
  );
  const sealed = btoa(`simulated-compaction-${requestTokens(request)}`);
  const inputTokens = requestTokens(request);
  const outputTokens = piecesOf(sealed).length;
  const body = {
    id: `resp_${identifier(`compaction ${options.serial}`, 48)}`,
    object: 'response.compaction',
    created_at: options.nowSeconds,
    output: [
      ...kept,
      { id: `cmp_${identifier(options.serial, 48)}`, type: 'compaction', encrypted_content: `gAAAAAB${sealed}` },
    ],
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
  return { request, reply: jsonReply('openai-responses', options.serial, body) };
};
