/** The least a client says at each door, and how its answers are told apart. */
export interface DoorUnderTest {
  readonly name: string;
  path(model: string, stream: boolean): string;
  body(model: string, stream: boolean, text?: string): Record<string, unknown>;
  /** Where the message of an error stands. */
  errorMessage(body: unknown): unknown;
  /** What only a finished stream has. */
  readonly finish: RegExp;
  /** What only a broken stream has. */
  readonly broken: RegExp;
}

const messages = (text: string) => [{ role: 'user', content: text }];

const nestedMessage = (body: unknown): unknown => (body as { error?: { message?: unknown } }).error?.message;

export const doors: readonly DoorUnderTest[] = [
  {
    name: 'openai-chat',
    path: () => '/v1/chat/completions',
    body: (model, stream, text = 'Hello') => ({ model, messages: messages(text), ...(stream ? { stream } : {}) }),
    errorMessage: nestedMessage,
    finish: /\[DONE\]/,
    broken: /^data: \{"error"/m,
  },
  {
    name: 'anthropic-messages',
    path: () => '/v1/messages',
    body: (model, stream, text = 'Hello') => ({
      model,
      max_tokens: 200,
      messages: messages(text),
      ...(stream ? { stream } : {}),
    }),
    errorMessage: nestedMessage,
    finish: /event: ?message_stop/,
    broken: /^event: ?error/m,
  },
  {
    name: 'openai-responses',
    path: () => '/v1/responses',
    body: (model, stream, text = 'Hello') => ({ model, input: text, ...(stream ? { stream } : {}) }),
    errorMessage: nestedMessage,
    finish: /event: ?response\.completed/,
    broken: /^event: ?(?:response\.failed|error)/m,
  },
  {
    name: 'gemini',
    path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: (_model, _stream, text = 'Hello') => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
    errorMessage: nestedMessage,
    finish: /"finishReason":\s*"STOP"/,
    broken: /^data: \{"error"/m,
  },
];

/** Cohere's error is a message alone; a stream that breaks ends with it. */
const cohere: DoorUnderTest = {
  name: 'cohere',
  path: () => '/v2/chat',
  body: (model, stream, text = 'Hello') => ({ model, messages: messages(text), ...(stream ? { stream } : {}) }),
  errorMessage: (body) => (body as { message?: unknown }).message,
  finish: /"finish_reason":"COMPLETE"/,
  broken: /"finish_reason":"ERROR"/,
};

/** Google's streams without `alt=sse` are one JSON array, which has no place for heartbeats. */
const geminiArray: DoorUnderTest = {
  name: 'gemini as an array',
  path: (model, stream) => `/v1beta/models/${model}:${stream ? 'streamGenerateContent' : 'generateContent'}`,
  body: (_model, _stream, text = 'Hello') => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
  errorMessage: nestedMessage,
  finish: /"finishReason":\s*"STOP"/,
  broken: /[[,]\s*\{"error"/,
};

const cohereV1: DoorUnderTest = {
  name: 'cohere-v1',
  path: () => '/v1/chat',
  body: (model, stream, text = 'Hello') => ({ model, message: text, ...(stream ? { stream } : {}) }),
  errorMessage: (body) => (body as { message?: unknown }).message,
  finish: /"finish_reason":"COMPLETE"/,
  broken: /"finish_reason":"ERROR"/,
};

export const allDoors: readonly DoorUnderTest[] = [...doors, geminiArray, cohere, cohereV1];

/** A provider of each dialect; `simulated` is its model. */
export const providers = ['openai', 'anthropic', 'gemini', 'chat-only', 'cohere'] as const;
