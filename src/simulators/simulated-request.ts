import type { Json, JsonObject } from '../core/json/json.ts';

export type MediaKind = 'image' | 'document' | 'audio' | 'video';

/** Where the bytes of a medium are. `base64` has no `data:` prefix; `file` is an id the provider holds. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly id: string };

interface Marked {
  /** A prompt-cache mark that ends here: `5m` (also when the wire names no lifetime) or `1h`, or the wire's own word. */
  readonly cache?: string;
  /** What the provider signed or encrypted and wants back unread. */
  readonly signature?: string;
}

export interface TextPart extends Marked {
  readonly kind: 'text';
  readonly text: string;
}

export interface MediaPart extends Marked {
  readonly kind: MediaKind;
  readonly mimeType?: string;
  readonly source: MediaSource;
  readonly filename?: string;
  readonly detail?: string;
}

export interface ThinkingPart extends Marked {
  readonly kind: 'thinking';
  readonly text: string;
}

/** `call` is the running number of the call in the conversation (from 0): ids differ from wire to wire, numbers do not. */
export interface ToolCallPart extends Marked {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly call: number;
  readonly name: string;
  /** Parsed; the text itself when it is not JSON or the tool takes free text. */
  readonly arguments: Json;
}

/** `call` is the number of the call this answers, -1 when the call is in a conversation the provider keeps. */
export interface ToolResultPart extends Marked {
  readonly kind: 'tool-result';
  readonly id: string;
  readonly call: number;
  readonly parts: readonly SimulatedPart[];
  readonly failed: boolean;
}

/** What only one dialect knows: server tools, compaction items, code execution. `type` is the wire's word. */
export interface OtherPart extends Marked {
  readonly kind: 'other';
  readonly type: string;
  readonly value: Json;
}

export type SimulatedPart =
  | TextPart
  | MediaPart
  | ThinkingPart
  | { readonly kind: 'refusal'; readonly text: string; readonly cache?: string }
  | ToolCallPart
  | ToolResultPart
  | OtherPart;

export interface SimulatedTurn {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly SimulatedPart[];
}

/** A system or developer prompt. `position` is the number of turns that stand before it: 0 is the head. */
export interface SystemText {
  readonly text: string;
  readonly position: number;
  readonly cache?: string;
}

/** `other` holds a tool the provider runs itself, under the wire's type word in `name`. */
export interface SimulatedTool {
  readonly kind: 'function' | 'custom' | 'other';
  readonly name: string;
  readonly description?: string;
  readonly schema?: JsonObject;
  /** Only when true: wires differ in what saying nothing means. */
  readonly strict?: true;
  readonly cache?: string;
  readonly value?: Json;
}

export interface SimulatedToolChoice {
  readonly mode: 'auto' | 'none' | 'required' | 'other';
  /** The tools it may call; absent means any. */
  readonly names?: readonly string[];
  readonly value?: Json;
}

export interface SimulatedOutput {
  readonly kind: 'text' | 'json' | 'json-schema';
  readonly name?: string;
  readonly description?: string;
  readonly schema?: JsonObject;
  readonly strict?: boolean;
}

/** Thinking as the request writes it. */
export interface SimulatedReasoning {
  readonly enabled?: boolean;
  readonly adaptive?: true;
  readonly effort?: string;
  readonly budgetTokens?: number;
  /** The wire's word for how thoughts are shown: `auto`, `summarized`, `true`. */
  readonly show?: string;
}

/**
 * What a request means, whatever the wire it came by. Adjacent turns of one role are one turn, a string is one text part, empty texts are
 * gone, tool results stand in the user's turn before its other parts. Undefined means the request does not say.
 */
export interface SimulatedRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly system: readonly SystemText[];
  readonly turns: readonly SimulatedTurn[];
  readonly tools: readonly SimulatedTool[];
  readonly toolChoice?: SimulatedToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: SimulatedOutput;
  readonly verbosity?: string;
  readonly reasoning?: SimulatedReasoning;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly logitBias?: JsonObject;
  readonly modalities?: readonly string[];
  readonly serviceTier?: string;
  readonly user?: string;
  readonly metadata?: JsonObject;
  readonly store?: boolean;
  readonly promptCacheKey?: string;
  /** What of its inner life the answer shall carry (openai-responses only). */
  readonly include?: readonly string[];
  /** A cache mark on the whole request (Anthropic's top-level member). */
  readonly cache?: string;
  /** Whether a stream's usage chunk is asked for; undefined where the wire has no such switch. */
  readonly streamUsage?: boolean;
  /** Members that were not understood, by their path on the wire. */
  readonly rest: JsonObject;
}

/** What stands beside the body: Gemini names model and streaming in the path. */
export interface RequestHints {
  readonly model?: string;
  readonly stream?: boolean;
}
