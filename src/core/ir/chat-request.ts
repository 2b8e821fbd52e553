import type { Json, JsonObject } from '../json/json.ts';
import type { Block, CacheMark, Meta } from './block.ts';
import type { DialectId } from './dialect-id.ts';

/**
 * Who speaks. Prompts of `system` and `developer` stand where the client put them. A `tool` turn holds only tool results; results
 * that follow each other stand in one turn (docs/decisions/0001 has the whole normal form).
 */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

export interface Turn {
  readonly role: Role;
  readonly blocks: readonly Block[];
  /** OpenAI's `name` of a participant. */
  readonly name?: string;
  readonly meta?: Meta;
}

export interface FunctionTool {
  readonly kind: 'function';
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments; undefined when the client sent none. */
  readonly schema?: JsonObject;
  readonly strict?: boolean;
  readonly cache?: CacheMark;
  readonly meta?: Meta;
}

/** OpenAI's custom tool: the model answers free text, or text in a grammar (`format`, as on the wire of openai-responses). */
export interface CustomTool {
  readonly kind: 'custom';
  readonly name: string;
  readonly description?: string;
  readonly format?: JsonObject;
  readonly meta?: Meta;
}

/** A tool the provider runs itself (web search, code execution). Understood by its own dialect only. */
export interface OpaqueTool {
  readonly kind: 'opaque';
  readonly dialect: DialectId;
  readonly type: string;
  readonly value: Json;
}

export type Tool = FunctionTool | CustomTool | OpaqueTool;

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] }
  | { readonly kind: 'opaque'; readonly dialect: DialectId; readonly value: Json };

export type OutputFormat =
  | { readonly kind: 'text' | 'json' }
  | {
      readonly kind: 'json-schema';
      readonly schema: JsonObject;
      readonly name?: string;
      readonly description?: string;
      readonly strict?: boolean;
      /** The schema in a dialect's own schema language, when the client wrote it so. */
      readonly meta?: Meta;
    };

export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** How much the model may think. `enabled` false turns thinking off; `adaptive` leaves the amount to the model; `show` asks for visible thoughts. */
export interface Reasoning {
  readonly enabled?: boolean;
  readonly adaptive?: true;
  readonly effort?: Effort;
  /** The effort speaks of the whole answer and thinking was not asked for: a wire that has the two apart (Anthropic) must not turn it on. */
  readonly effortOnly?: true;
  readonly budgetTokens?: number;
  /** Whether thoughts are returned: `summary` words pass as the wire has them (`auto`, `concise`, `detailed`). */
  readonly show?: boolean;
  readonly summary?: string;
}

/** One chat request, whatever the wire it came by. Undefined means the client did not say. */
export interface ChatRequest {
  /** The model as the client named it. */
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  /** OpenAI's `verbosity`: low, medium, high. */
  readonly verbosity?: string;
  readonly reasoning?: Reasoning;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  /** Number of alternatives (`n`). */
  readonly choices?: number;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly logitBias?: JsonObject;
  /** Kinds of output asked for beside text: `audio`, `image`; `audio` carries OpenAI's voice and format. */
  readonly modalities?: readonly string[];
  readonly audio?: JsonObject;
  readonly serviceTier?: string;
  /** The end user, as the client's own id (`user`, `metadata.user_id`, `safety_identifier`). */
  readonly user?: string;
  readonly metadata?: JsonObject;
  readonly promptCacheKey?: string;
  /** A cache mark on the whole request (Anthropic's top-level `cache_control`: the last cacheable block is marked). */
  readonly cache?: CacheMark;
  /** Whether the provider may keep the answer (`store`). */
  readonly store?: boolean;
  /** OpenAI chat: whether the client asked for the usage chunk at the end of a stream. */
  readonly streamUsage?: boolean;
  /** Members that only matter at home, so that another dialect's encoder need not report them (how seals are asked for). */
  readonly meta?: Meta;
  /** Members that have no place above, by the dialect that has them. Another dialect's encoder reports each as dropped. */
  readonly extras?: Readonly<Partial<Record<DialectId, JsonObject>>>;
}
