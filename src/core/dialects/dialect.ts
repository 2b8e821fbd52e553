import type { GatewayError, UpstreamFault } from '../errors/gateway-error.ts';
import type {
  ChatRequest,
  ChatResponse,
  Decoder,
  DialectId,
  EmbeddingRequest,
  EmbeddingResponse,
  Loss,
  RerankRequest,
  RerankResponse,
  StreamEvent,
} from '../ir/index.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Framing } from '../stream/framing.ts';
import type { SseFrame } from '../stream/sse-frame.ts';

/** What stands beside the body: Gemini names model and streaming in the path. */
export interface DoorHints {
  readonly model?: string;
  readonly stream?: boolean;
}

/** What a door needs to write an answer. Ids and time come from outside, so that codecs stay pure. */
export interface ReplyContext {
  readonly request: ChatRequest;
  /** For answers that came without an id: unique per exchange, letters and digits only. Item ids are derived from it. */
  readonly replyId: string;
  /** Seconds since 1970, for answers that came without a time. */
  readonly nowSeconds: number;
  /** How long the exchange has been under way, for dialects whose answers say so. */
  elapsedMs?(): number;
}

/** What an upstream half needs to write a request. */
export interface EncodeContext {
  /** The model as the provider names it. */
  readonly model: string;
  /** For dialects that require a limit (Anthropic `max_tokens`), when the client gave none. */
  readonly defaultMaxOutputTokens: number;
  /** Manners of this model that change how the IR is written (closed list). */
  readonly traits: ReadonlySet<ModelTrait>;
}

/**
 * Manners of a model an encoder must know. `no-system-turns`: system prompts are taken only at the head, one in the middle is written as a
 * user turn. `adaptive-thinking`: takes effort instead of a thinking budget. `thinking-levels`: Gemini 3's `thinkingLevel` instead of a budget.
 * `cache-marks`: a host of an OpenAI dialect that reads Anthropic's `cache_control`; others refuse the member. `no-cache-points`: a model behind
 * Converse that refuses them. The rest say what a model behind Converse calls thinking and choosing among the likeliest tokens:
 * `thinking-fields` (`thinking`, `output_config`, `top_k`, as in Messages), `reasoning-config` (`reasoningConfig`, `inferenceConfig.topK`), `reasoning-word`
 * (`reasoning_config` as one word), `reasoning-effort` (`reasoning_effort`), `nested-top-k` (`inferenceConfig.topK` alone).
 */
export const modelTraits = [
  'no-system-turns',
  'adaptive-thinking',
  'thinking-levels',
  'cache-marks',
  'no-cache-points',
  'thinking-fields',
  'reasoning-config',
  'reasoning-word',
  'reasoning-effort',
  'nested-top-k',
] as const;
export type ModelTrait = (typeof modelTraits)[number];

export interface EncodedRequest {
  readonly body: JsonObject;
  /** Every field that was dropped or changed on the way. */
  readonly losses: readonly Loss[];
}

/** Writes the events of one answer as frames. After `fail` nothing more is written. */
export interface StreamEncoder {
  push(event: StreamEvent): readonly SseFrame[];
  /** The stream broke after it began: the dialect's own in-band error, never a fake finish. */
  fail(error: GatewayError): readonly SseFrame[];
}

/** Client side of a chat dialect. */
export interface ChatDoor {
  /** Reads a client's body. Throws `GatewayError` (`invalid_request`, `missing_model`) that names the field. Unknown members go to extras, unknown blocks to opaque. */
  decodeRequest(body: Json, hints: DoorHints): ChatRequest;
  /** Writes a whole answer. Losses name blocks and members of the answer that this dialect cannot show. */
  encodeResponse(
    response: ChatResponse,
    context: ReplyContext,
  ): { readonly body: JsonObject; readonly losses: readonly Loss[] };
  streamEncoder(context: ReplyContext): StreamEncoder;
  /**
   * The answer to a request without turns that only wants a model to be loaded or let go, for targets that have nothing to load. Undefined, or
   * giving undefined: such a request is refused.
   */
  greeting?(request: ChatRequest): ChatResponse | undefined;
  /** The client's own name for an IR field path, for warnings: `maxOutputTokens` → `max_tokens`. */
  clientField(field: string): string;
}

/** Provider side of a chat dialect. */
export interface ChatUpstream {
  /** Writes the provider's body. Throws `unsupported_by_target` for what cannot be said and must not be dropped. */
  encodeRequest(request: ChatRequest, context: EncodeContext): EncodedRequest;
  /** Reads a whole answer. Throws `upstream_invalid` when it is not one. */
  decodeResponse(body: Json): ChatResponse;
  /** Reads a stream's frames. Throws `upstream_error` (or a nearer code) for an in-band error, and from `end` `upstream_cut` when the terminal event is missing. */
  streamDecoder(): Decoder<SseFrame, StreamEvent>;
}

export interface EmbeddingDoor {
  decodeRequest(body: Json, hints: DoorHints): EmbeddingRequest;
  /** `replyId` is for dialects whose answers have an id. */
  encodeResponse(response: EmbeddingResponse, request: EmbeddingRequest, replyId: string): JsonObject;
  clientField(field: string): string;
}

export interface EmbeddingUpstream {
  encodeRequest(request: EmbeddingRequest, model: string): EncodedRequest;
  decodeResponse(body: Json, request: EmbeddingRequest): EmbeddingResponse;
}

export interface RerankDoor {
  decodeRequest(body: Json, hints: DoorHints): RerankRequest;
  encodeResponse(response: RerankResponse, request: RerankRequest, replyId: string): JsonObject;
  clientField(field: string): string;
}

export interface RerankUpstream {
  encodeRequest(request: RerankRequest, model: string): EncodedRequest;
  /** Throws `upstream_invalid` when the answer holds no results. */
  decodeResponse(body: Json): RerankResponse;
}

/** A wire format. `encodeError` and `decodeFault` serve every operation of the dialect. */
export interface Dialect {
  readonly id: DialectId;
  /** How its streams are framed. */
  readonly framing: Framing;
  /** The model is named by the path of a call and never by its body. */
  readonly modelInPath?: true;
  /** A stream may come as one JSON list of its pieces. */
  readonly listsPieces?: true;
  readonly chat?: { readonly door: ChatDoor; readonly upstream: ChatUpstream };
  /** No door where clients ask in another dialect's words (hosts of OpenAI's shape with members of their own). */
  readonly embeddings?: { readonly door?: EmbeddingDoor; readonly upstream: EmbeddingUpstream };
  readonly rerank?: { readonly door?: RerankDoor; readonly upstream: RerankUpstream };
  /** The client-facing body of a failure. `requestId` is Sluice's. The status is `error.status`. */
  encodeError(error: GatewayError, requestId: string): JsonObject;
  /** Headers by which clients tell failures apart, where the body does not say it. */
  errorHeaders?(error: GatewayError): Readonly<Record<string, string>>;
  /** Reads a provider's failed answer (status ≥ 400). `body` is the text as it came; it may be HTML or empty. */
  decodeFault(status: number, body: string): UpstreamFault;
}
