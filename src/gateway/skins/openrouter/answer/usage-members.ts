import type { Usage } from '../../../../core/ir/index.ts';
import { isObject, type Json, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import type { AnswerCost } from './answer-cost.ts';

/** What every usage object says about money. */
export interface UsageMoney {
  readonly cost: AnswerCost | undefined;
  /** The provider was called with the organisation's own key. */
  readonly byok: boolean;
}

interface CostNames {
  readonly prompt: string;
  readonly completion: string;
}

const chatNames: CostNames = {
  prompt: 'upstream_inference_prompt_cost',
  completion: 'upstream_inference_completions_cost',
};
const itemNames: CostNames = {
  prompt: 'upstream_inference_input_cost',
  completion: 'upstream_inference_output_cost',
};

/** With a key of its own the provider's bill is the organisation's already, so it is named beside a cost of nothing. */
const money = ({ cost, byok }: UsageMoney, names: CostNames): JsonObject =>
  cost === undefined
    ? { is_byok: byok }
    : {
        cost: byok ? 0 : cost.cost,
        is_byok: byok,
        cost_details: {
          upstream_inference_cost: cost.upstream,
          [names.prompt]: cost.prompt,
          [names.completion]: cost.completion,
        },
      };

/** Members that say nothing break clients that read numbers. */
const said = (value: Json | undefined): JsonObject =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) : {};

const none: Usage = { inputTokens: 0, outputTokens: 0 };

/** The usage of a chat. `raw`: what the answer had, whose members nobody here knows are kept. */
export const chatUsage = (usage: Usage = none, raw: JsonObject | undefined, paid: UsageMoney): JsonObject => ({
  ...said(raw),
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + (usage.toolInputTokens ?? 0) + usage.outputTokens,
  ...money(paid, chatNames),
  prompt_tokens_details: {
    ...said(objectAt(raw, 'prompt_tokens_details')),
    cached_tokens: usage.cacheReadTokens ?? 0,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
    audio_tokens: usage.audioInputTokens ?? 0,
    video_tokens: 0,
  },
  completion_tokens_details: {
    ...said(objectAt(raw, 'completion_tokens_details')),
    reasoning_tokens: usage.reasoningTokens ?? 0,
    audio_tokens: usage.audioOutputTokens ?? 0,
    image_tokens: usage.imageOutputTokens ?? 0,
  },
});

/** The usage of an answer in the Responses format. */
export const responsesUsage = (usage: Usage = none, raw: JsonObject | undefined, paid: UsageMoney): JsonObject => ({
  ...said(raw),
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + (usage.toolInputTokens ?? 0) + usage.outputTokens,
  ...money(paid, itemNames),
  input_tokens_details: {
    ...said(objectAt(raw, 'input_tokens_details')),
    cached_tokens: usage.cacheReadTokens ?? 0,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
  },
  output_tokens_details: {
    ...said(objectAt(raw, 'output_tokens_details')),
    reasoning_tokens: usage.reasoningTokens ?? 0,
  },
});

/** The usage of an answer in the Messages format, whose own members say what was counted. */
export const messagesUsage = (raw: JsonObject | undefined, paid: UsageMoney): JsonObject => ({
  ...raw,
  ...money(paid, chatNames),
});

export const embeddingUsage = (usage: Usage = none, raw: JsonObject | undefined, paid: UsageMoney): JsonObject => ({
  ...said(raw),
  prompt_tokens: usage.inputTokens,
  total_tokens: usage.inputTokens,
  ...money(paid, chatNames),
});

/** A search unit is a search with up to a hundred documents. */
export const rerankUsage = (usage: Usage | undefined, raw: JsonObject | undefined, paid: UsageMoney): JsonObject => ({
  ...said(raw),
  ...(usage === undefined ? {} : { total_tokens: usage.inputTokens + usage.outputTokens }),
  search_units: usage?.pieces?.query ?? 1,
  ...(paid.cost === undefined ? {} : { cost: paid.byok ? 0 : paid.cost.cost }),
});
