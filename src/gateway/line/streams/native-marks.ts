import type { DialectId } from '../../../core/ir/index.ts';
import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../../core/json/json.ts';

/** What a frame says of the answer's end: one choice is finished, or the whole answer. Nothing follows a `last` frame. */
export type EndSign =
  | { readonly kind: 'choice'; readonly choice: number }
  | { readonly kind: 'answer'; readonly last: boolean };

/**
 * Words of a dialect's streams that can be found in the bytes without reading the frames. A frame that holds one is read, since the words may
 * stand in a tool's arguments too.
 */
export interface NativeMarks {
  /** Stand in every frame that ends a choice or the answer. */
  readonly ends: readonly string[];
  /** `[DONE]` is the last word. */
  readonly saysDone: boolean;
  /** One stands in every frame that tells an error of the provider's, and `errors` matches it. */
  readonly errorWords: readonly string[];
  readonly errors: RegExp;
  /** Stands in frames that carry token counts. */
  readonly usage: string;
  /** Stands in frames that tell of searches, where these need not carry counts. */
  readonly searches?: string;
  /** Reads a frame that holds one of `ends`. */
  endOf(data: JsonObject, event: string | undefined): readonly EndSign[];
  /** The choices a frame has something of. */
  choicesIn(data: JsonObject): readonly number[];
}

const list = (data: JsonObject, name: string): readonly JsonObject[] => arrayAt(data, name).filter(isObject);

const indexOf = (choice: JsonObject, place: number): number => numberAt(choice, 'index') ?? place;

const isWord = (value: Json | undefined): boolean => typeof value === 'string' && value !== '';

const openai: NativeMarks = {
  ends: ['"finish_reason":"', '"finish_reason": "', '[DONE]'],
  saysDone: true,
  errorWords: ['error'],
  errors: /"error"\s*:\s*[^\sn]|"object"\s*:\s*"error"|(?:^|\n)event: ?error/,
  usage: '"usage"',
  endOf: (data) =>
    list(data, 'choices').flatMap((choice, place): readonly EndSign[] =>
      isWord(choice['finish_reason']) ? [{ kind: 'choice', choice: indexOf(choice, place) }] : [],
    ),
  choicesIn: (data) => list(data, 'choices').map(indexOf),
};

const lastTypes: Readonly<Partial<Record<DialectId, ReadonlySet<string>>>> = {
  'openai-responses': new Set(['response.completed', 'response.incomplete', 'response.cancelled']),
  'anthropic-messages': new Set(['message_stop']),
};

/** Dialects whose events are named. */
const named = (dialect: 'openai-responses' | 'anthropic-messages'): Pick<NativeMarks, 'endOf' | 'choicesIn'> => ({
  endOf: (data, event) =>
    lastTypes[dialect]?.has(stringAt(data, 'type') ?? event ?? '') === true ? [{ kind: 'answer', last: true }] : [],
  choicesIn: () => [0],
});

const ollama: NativeMarks = {
  ends: ['"done":true', '"done": true'],
  saysDone: false,
  errorWords: ['error'],
  errors: /"error"\s*:\s*[^\sn]/,
  usage: '"eval_count"',
  endOf: (data) => (data['done'] === true ? [{ kind: 'answer', last: true }] : []),
  choicesIn: () => [0],
};

export const nativeMarks: Readonly<Record<DialectId, NativeMarks>> = {
  'openai-chat': openai,
  'openai-completions': openai,
  'openai-responses': {
    ends: ['response.completed', 'response.incomplete', 'response.cancelled'],
    saysDone: false,
    errorWords: ['error', 'response.failed'],
    errors: /response\.failed|"type"\s*:\s*"error"|(?:^|\n)event: ?error|"error"\s*:\s*\{/,
    usage: '"usage":',
    ...named('openai-responses'),
  },
  'anthropic-messages': {
    ends: ['message_stop'],
    saysDone: false,
    errorWords: ['error'],
    errors: /"type"\s*:\s*"error"|(?:^|\n)event: ?error|"error"\s*:\s*\{/,
    usage: '"usage"',
    ...named('anthropic-messages'),
  },
  gemini: {
    ends: ['"finishReason"', '"blockReason"'],
    saysDone: false,
    errorWords: ['error'],
    errors: /"error"\s*:\s*[^\sn]/,
    usage: '"usageMetadata"',
    searches: '"webSearchQueries"',
    endOf: (data) => {
      const blocked = isWord(objectAt(data, 'promptFeedback')?.['blockReason']);
      const candidates = list(data, 'candidates').flatMap((candidate, place): readonly EndSign[] =>
        isWord(candidate['finishReason']) && candidate['finishReason'] !== 'FINISH_REASON_UNSPECIFIED'
          ? [{ kind: 'choice', choice: indexOf(candidate, place) }]
          : [],
      );
      return blocked ? [{ kind: 'answer', last: false }, ...candidates] : candidates;
    },
    choicesIn: (data) => list(data, 'candidates').map(indexOf),
  },
  cohere: {
    ends: ['message-end', '[DONE]'],
    saysDone: true,
    // A message alone is an error too.
    errorWords: ['error', '{"message":"', '{"message": "'],
    errors: /"error"\s*:\s*["{]|(?:^|\n)event: ?error|data: ?\{"message": ?"/,
    usage: '"usage"',
    // `[DONE]` may follow, and does not always. An answer that broke ends with the error in place of a reason.
    endOf: (data) =>
      stringAt(data, 'type') === 'message-end' && !isWord(objectAt(data, 'delta')?.['error'])
        ? [{ kind: 'answer', last: false }]
        : [],
    choicesIn: () => [0],
  },
  // The last line repeats the whole answer.
  'cohere-v1': {
    ends: ['stream-end'],
    saysDone: false,
    errorWords: ['ERROR', 'message'],
    errors: /"finish_reason"\s*:\s*"ERROR"|^\s*\{\s*"(?:id"\s*:\s*"[^"]*"\s*,\s*")?message"/m,
    usage: '"meta"',
    endOf: (data) =>
      stringAt(data, 'event_type') === 'stream-end' && data['finish_reason'] !== 'ERROR'
        ? [{ kind: 'answer', last: true }]
        : [],
    choicesIn: () => [0],
  },
  // These answer no streams.
  voyage: openai,
  jina: openai,
  'amazon-titan': openai,
  'vertex-predict': openai,
  ollama,
  'ollama-generate': ollama,
  // Event names stand in the headers of a message, guarded by their lengths.
  'bedrock-converse': {
    ends: [':event-type\u0007\u0000\u000bmessageStop'],
    saysDone: false,
    errorWords: [':exception-type\u0007', ':message-type\u0007\u0000\u0005error'],
    errors: /:(?:exception-type|message-type)/,
    usage: '"usage"',
    endOf: (_data, event) => (event === 'messageStop' ? [{ kind: 'answer', last: false }] : []),
    choicesIn: () => [0],
  },
};
