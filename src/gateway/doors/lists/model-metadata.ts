import type { ModelInfo } from '../../../core/catalog/models/model-info.ts';
import { tokenizerOf } from '../../../core/catalog/models/tokenizer-names.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { dollarsText } from '../../../core/money/dollars-text.ts';
import { type PriceUnit, priceOn, priceUnits, type Rates } from '../../../core/money/price.ts';

/** Members of `pricing`, each US dollars for one, as text. */
const priceMembers: Readonly<Partial<Record<PriceUnit, string>>> = {
  input: 'prompt',
  output: 'completion',
  request: 'request',
  image: 'image',
  'image-input': 'image_token',
  'image-output': 'image_output',
  'audio-input': 'audio',
  'audio-output': 'audio_output',
  'audio-cache-read': 'input_audio_cache',
  'web-search': 'web_search',
  reasoning: 'internal_reasoning',
  'cache-read': 'input_cache_read',
  'cache-write': 'input_cache_write',
  'cache-write-1h': 'input_cache_write_1h',
};

/** What OpenRouter's list says of a price that is not fixed; here: that nobody names. */
const unknownPrice = { prompt: '-1', completion: '-1' };

const pricesOf = (rates: Rates): Record<string, string> =>
  Object.fromEntries(
    priceUnits.flatMap((unit) => {
      const rate = rates[unit];
      const member = priceMembers[unit];
      return rate === undefined || member === undefined ? [] : [[member, dollarsText(rate, unit)]];
    }),
  );

const pricing = ({ price }: ModelInfo, today: string): JsonObject => {
  const version = price === undefined ? undefined : priceOn(price, today);
  if (version === undefined) return unknownPrice;
  const { rates, tiers } = version.standard;
  const overrides = tiers.map((tier) => ({ min_prompt_tokens: tier.aboveInputTokens, ...pricesOf(tier.rates) }));
  return { prompt: '0', completion: '0', ...pricesOf(rates), ...(overrides.length === 0 ? {} : { overrides }) };
};

const reasoning = ({ reasoning: controls }: ModelInfo): JsonObject => {
  if (controls === undefined) return {};
  const { efforts, budget, toggle } = controls;
  const optional = toggle === true || efforts?.includes('none') === true;
  return {
    reasoning: {
      mandatory: !optional && budget?.minTokens !== 0,
      supports_max_tokens: budget !== undefined,
      ...(efforts === undefined ? {} : { supported_efforts: efforts }),
    },
  };
};

/** The members OpenRouter's model list has beside OpenAI's. `expiresOn` is the day the provider begins to refuse the model. */
export const modelMetadata = (
  model: ModelInfo,
  at: { readonly today: string; readonly expiresOn: string | undefined },
): JsonObject => {
  const { inputModalities, outputModalities, contextTokens, maxOutputTokens } = model;
  const slug = model.id.slice(model.id.lastIndexOf('/') + 1);
  return {
    canonical_slug: `${model.author ?? model.provider}/${slug}`,
    name: model.title,
    context_length: contextTokens ?? null,
    architecture: {
      modality: `${inputModalities.join('+')}->${outputModalities.join('+')}`,
      input_modalities: inputModalities,
      output_modalities: outputModalities,
      tokenizer: tokenizerOf(model.author),
      instruct_type: null,
    },
    pricing: pricing(model, at.today),
    top_provider: {
      context_length: contextTokens ?? null,
      max_completion_tokens: maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: model.parameters,
    expiration_date: at.expiresOn ?? null,
    ...(model.knowledgeCutoff === undefined ? {} : { knowledge_cutoff: model.knowledgeCutoff }),
    ...reasoning(model),
  };
};
