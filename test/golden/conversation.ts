import type { ModelTrait } from '../../src/core/dialects/dialect.ts';
import type { ChatRequest, ChatResponse, StreamEvent } from '../../src/core/ir/index.ts';
import type { Json, JsonObject } from '../../src/core/json/json.ts';
import type { SseFrame } from '../../src/core/stream/sse-frame.ts';

export const goldenDialects = [
  'openai-chat',
  'anthropic-messages',
  'openai-responses',
  'gemini',
  'ollama',
  'cohere',
  'bedrock-converse',
] as const;
export type GoldenDialect = (typeof goldenDialects)[number];

/** Wire formats that stand beside the conversations, in a file of their own. */
type WiresApart = 'ollama' | 'cohere';

/** A canonical conversation in the representation and in each wire format. */
export interface GoldenConversation extends Omit<Conversation, 'wires'> {
  readonly wires: Readonly<Record<GoldenDialect, WireForm>>;
}

/** One canonical conversation: once in the intermediate representation, once in each of the first wire formats, all written by hand. */
export interface Conversation {
  readonly name: string;
  /** What the conversation is there to show. */
  readonly about: string;
  readonly request: ChatRequest;
  readonly response: ChatResponse;
  /** A stream that folds into `response`. */
  readonly events: readonly StreamEvent[];
  /** Manners of the model asked, where they matter. */
  readonly traits?: readonly ModelTrait[];
  readonly wires: Readonly<Record<Exclude<GoldenDialect, WiresApart>, WireForm>>;
}

export interface WireForm {
  readonly request: RequestForm;
  readonly response: ResponseForm;
  /** A provider's stream of the same answer. */
  readonly frames: readonly SseFrame[];
}

/** `losses` are the fields that encoding must report; `reads` is what decoding sees instead, where the wire says less than the representation. */
export interface RequestForm {
  readonly body: JsonObject;
  /** What a provider is sent, where that differs from what a client writes (a foreign seal crosses a door, but reaches no provider). */
  readonly sent?: JsonObject;
  readonly losses?: readonly string[];
  /** The field for whose sake the request cannot be sent to a provider of this dialect at all. */
  readonly refused?: string;
  readonly reads?: Partial<Record<keyof ChatRequest, unknown>>;
}

export interface ResponseForm {
  /** What a provider of this dialect answers. */
  readonly body: JsonObject;
  /** What a client at this door gets, where that differs. */
  readonly shown?: JsonObject;
  readonly rawStop: string;
  readonly losses?: readonly string[];
  readonly reads?: Partial<Record<keyof ChatResponse, unknown>>;
}

export const answerId = 'golden';
export const model = 'golden-1';
export const createdSeconds = 1_760_000_000;

/** A 1 × 1 PNG, and the smallest text that still begins like a PDF. */
export const pngBase64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const pdfBase64 = 'JVBERi0xLjQKJeLjz9MK';

/** A frame of a dialect that names its events by the `type` of the data. */
export const typed = (value: JsonObject & { readonly type: string }): SseFrame => ({
  event: value.type,
  data: JSON.stringify(value),
});

/** Chunks of a chat-completions stream, with `[DONE]`. Each row is the chunk's `choices`, or whole members beside them. */
export const chatFrames = (rows: readonly (readonly Json[] | JsonObject)[]): readonly SseFrame[] => [
  ...rows.map((row) => ({
    data: JSON.stringify({
      id: answerId,
      object: 'chat.completion.chunk',
      created: createdSeconds,
      model,
      ...(Array.isArray(row) ? { choices: row } : (row as JsonObject)),
    }),
  })),
  { data: '[DONE]' },
];

/** Frames of a Responses stream: `response.created` before, the terminal event after, numbered in sequence. */
export const responsesFrames = (
  final: JsonObject,
  rows: readonly (JsonObject & { readonly type: string })[],
): readonly SseFrame[] => {
  const started = { ...final, status: 'in_progress', output: [], usage: null, incomplete_details: null };
  const all = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...rows,
    { type: `response.${String(final['status'])}`, response: final },
  ];
  return all.map((row, sequence) => typed({ ...row, sequence_number: sequence }));
};

/** The frames of a message item whose only part is text, said in pieces. */
export const responsesText = (
  id: string,
  outputIndex: number,
  pieces: readonly string[],
): readonly (JsonObject & { readonly type: string })[] => {
  const at = { item_id: id, output_index: outputIndex, content_index: 0 };
  const part = (text: string) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  const item = { type: 'message', id, role: 'assistant' };
  const text = pieces.join('');
  return [
    {
      type: 'response.output_item.added',
      output_index: outputIndex,
      item: { ...item, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: part('') },
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: part(text) },
    {
      type: 'response.output_item.done',
      output_index: outputIndex,
      item: { ...item, status: 'completed', content: [part(text)] },
    },
  ];
};

export const responsesBody = (output: readonly Json[], usage: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: answerId,
  object: 'response',
  created_at: createdSeconds,
  status: 'completed',
  model,
  output,
  usage,
  ...more,
});

export const responsesMessage = (text: string): JsonObject => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

export const responsesUsage = (input: number, output: number, parts: JsonObject = {}): JsonObject => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: parts['cached'] ?? 0, cache_write_tokens: parts['written'] ?? 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: parts['reasoning'] ?? 0 },
  total_tokens: input + output,
});

export const chatBody = (choices: readonly Json[], usage: JsonObject): JsonObject => ({
  id: answerId,
  object: 'chat.completion',
  created: createdSeconds,
  model,
  choices,
  usage,
});

export const chatUsage = (input: number, output: number, parts: JsonObject = {}): JsonObject => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: parts['cached'] ?? 0, cache_write_tokens: parts['written'] ?? 0 },
  completion_tokens_details: { reasoning_tokens: parts['reasoning'] ?? 0 },
});

export const anthropicBody = (content: readonly Json[], stopReason: string, usage: JsonObject): JsonObject => ({
  id: answerId,
  type: 'message',
  role: 'assistant',
  model,
  content,
  stop_reason: stopReason,
  stop_sequence: null,
  usage,
});

export const anthropicUsage = (input: number, output: number, parts: JsonObject = {}): JsonObject => ({
  input_tokens: input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: output,
  ...parts,
});

/** Frames of a Messages stream around the blocks' own. */
export const anthropicFrames = (
  blocks: readonly (JsonObject & { readonly type: string })[],
  stopReason: string,
  usage: JsonObject,
): readonly SseFrame[] => [
  typed({
    type: 'message_start',
    message: {
      ...anthropicBody([], '', { ...usage, output_tokens: 1 }),
      stop_reason: null,
    },
  }),
  typed({ type: 'ping' }),
  ...blocks.map(typed),
  typed({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage }),
  typed({ type: 'message_stop' }),
];

/** A text block of a Messages stream, said in pieces. */
export const anthropicText = (
  index: number,
  pieces: readonly string[],
): readonly (JsonObject & { readonly type: string })[] => [
  { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
  ...pieces.map((text) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })),
  { type: 'content_block_stop', index },
];

export const geminiBody = (candidates: readonly Json[], usageMetadata: JsonObject): JsonObject => ({
  candidates,
  usageMetadata,
  modelVersion: model,
  responseId: answerId,
});

export const geminiUsage = (input: number, output: number, parts: JsonObject = {}): JsonObject => ({
  promptTokenCount: input,
  candidatesTokenCount: output,
  totalTokenCount: input + output + (typeof parts['thoughtsTokenCount'] === 'number' ? parts['thoughtsTokenCount'] : 0),
  ...parts,
});

/** Chunks of a `streamGenerateContent?alt=sse` stream: the candidates of each. Usage comes with the last. */
export const geminiFrames = (chunks: readonly (readonly Json[])[], usageMetadata: JsonObject): readonly SseFrame[] =>
  chunks.map((candidates, index) => ({
    data: JSON.stringify(
      index === chunks.length - 1
        ? geminiBody(candidates, usageMetadata)
        : { candidates, modelVersion: model, responseId: answerId },
    ),
  }));

/** The events of an answer with one choice: its blocks' events between the start and the end. */
export const oneChoiceEvents = (response: ChatResponse, blocks: readonly StreamEvent[]): readonly StreamEvent[] => {
  const [choice] = response.choices;
  return [
    { kind: 'response-start', id: response.id, model: response.model, createdSeconds },
    ...blocks,
    { kind: 'choice-end', choice: 0, stop: choice?.stop ?? 'other', rawStop: choice?.rawStop ?? '' },
    ...(response.usage === undefined ? [] : [{ kind: 'usage', usage: response.usage } as const]),
    { kind: 'response-end' },
  ];
};

/** The events of one text block, said in pieces. */
export const textEvents = (index: number, pieces: readonly string[]): readonly StreamEvent[] => [
  { kind: 'block-start', choice: 0, index, block: { kind: 'text', text: '' } },
  ...pieces.map((text) => ({ kind: 'block-delta', choice: 0, index, delta: { kind: 'text', text } }) as const),
  { kind: 'block-end', choice: 0, index },
];

/** A Converse answer. It names neither itself nor the model, which `unnamed` says. */
export const converseBody = (content: readonly Json[], stopReason: string, usage: JsonObject): JsonObject => ({
  output: { message: { role: 'assistant', content } },
  stopReason,
  usage,
  metrics: { latencyMs: 0 },
});

export const unnamed = { id: '', model: '' } as const;

export const converseUsage = (input: number, output: number, parts: JsonObject = {}): JsonObject => ({
  inputTokens: input,
  outputTokens: output,
  totalTokens: input + output,
  ...parts,
});

/** Frames of a Converse stream around the blocks' own. */
export const converseFrames = (
  blocks: readonly SseFrame[],
  stopReason: string,
  usage: JsonObject,
): readonly SseFrame[] => [
  converseEvent('messageStart', { role: 'assistant' }),
  ...blocks,
  converseEvent('messageStop', { stopReason }),
  converseEvent('metadata', { usage, metrics: { latencyMs: 0 } }),
];

export const converseEvent = (event: string, data: JsonObject): SseFrame => ({
  event,
  data: JSON.stringify({ ...data, p: 'abcdef' }),
});

/** The deltas of a block, and its stop. */
export const converseBlock = (index: number, deltas: readonly JsonObject[]): readonly SseFrame[] => [
  ...deltas.map((delta) => converseEvent('contentBlockDelta', { contentBlockIndex: index, delta })),
  converseEvent('contentBlockStop', { contentBlockIndex: index }),
];

export const converseText = (index: number, pieces: readonly string[]): readonly SseFrame[] =>
  converseBlock(
    index,
    pieces.map((text) => ({ text })),
  );
