import type { ModelPrice } from '../../money/price.ts';

export const modelModes = [
  'chat',
  'embedding',
  'rerank',
  'moderation',
  'image',
  'video',
  'speech',
  'transcription',
  'other',
] as const;
export type ModelMode = (typeof modelModes)[number];

export const modalities = ['text', 'image', 'file', 'audio', 'video'] as const;
export type Modality = (typeof modalities)[number];

/** Request parameters a model may support, in the words of `/v1/models`. The order is part of the catalogue's format: add at the end. */
export const modelParameters = [
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'n',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'structured_outputs',
  'reasoning',
  'include_reasoning',
  'reasoning_effort',
  'verbosity',
  'web_search_options',
  'service_tier',
  'prediction',
] as const;
export type ModelParameter = (typeof modelParameters)[number];

export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];

/** How a model's thinking is steered. No member set: it thinks, and nothing steers it. */
export interface ReasoningControls {
  /** It can be switched on and off. */
  readonly toggle?: boolean;
  readonly efforts?: readonly ReasoningEffort[];
  /** It takes a budget in tokens, within these bounds where they are known. */
  readonly budget?: { readonly minTokens?: number; readonly maxTokens?: number };
}

/** What the catalogue knows of one model of one provider. Days are `YYYY-MM-DD`. */
export interface ModelInfo {
  /** The provider's id in Sluice. */
  readonly provider: string;
  /** The provider's own id of the model. */
  readonly id: string;
  readonly title: string;
  readonly mode: ModelMode;
  /** Who made it, in the words of `author/slug` names. */
  readonly author?: string;
  readonly family?: string;
  readonly contextTokens?: number;
  readonly maxInputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly inputModalities: readonly Modality[];
  readonly outputModalities: readonly Modality[];
  /** Empty when no source says. */
  readonly parameters: readonly ModelParameter[];
  /** Absent when it does not think, or no source says. */
  readonly reasoning?: ReasoningControls;
  readonly releasedOn?: string;
  /** `YYYY-MM-DD` or `YYYY-MM`. */
  readonly knowledgeCutoff?: string;
  /** From this day on the provider refuses it. */
  readonly retiresOn?: string;
  readonly status?: 'deprecated' | 'beta';
  readonly openWeights?: boolean;
  /** Known by name and price, and probably no longer offered: not shown in lists. */
  readonly unlisted?: boolean;
  /** Absent when nobody names a price: unknown is not free. */
  readonly price?: ModelPrice;
}
