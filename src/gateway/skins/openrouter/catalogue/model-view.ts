import type { ModelInfo, ModelMode } from '../../../../core/catalog/models/model-info.ts';
import { dayNumber, retirementOf } from '../../../../core/catalog/names/retirement.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import { modelMetadata } from '../../../doors/lists/model-metadata.ts';
import { canonicalSlug } from '../answer/public-name.ts';
import { titleOf } from '../answer/router-metadata.ts';
import type { ListedModel } from './listed-models.ts';

const outputs: Readonly<Partial<Record<ModelMode, readonly string[]>>> = {
  embedding: ['embeddings'],
  rerank: ['rerank'],
  speech: ['speech'],
  transcription: ['transcription'],
};

export const outputModalities = ({ mode, outputModalities: own }: ModelInfo): readonly string[] => outputs[mode] ?? own;

// Lists need a date; a fixed one for models without a known one keeps them comparable.
const unknownRelease = '2023-11-14';
const daySeconds = 86_400;

export const createdSeconds = ({ releasedOn = unknownRelease }: ModelInfo): number =>
  dayNumber(releasedOn) * daySeconds;

/** What is known of the parameters of a model, whoever serves it. */
export const parametersOf = ({ endpoints }: ListedModel): readonly string[] => [
  ...new Set(endpoints.flatMap(({ info }) => info.parameters)),
];

export const describedModel = ({ id, endpoints }: ListedModel, config: CompiledConfig): string => {
  const providers = [...new Set(endpoints.map(({ provider }) => titleOf(config, provider)))];
  return `${endpoints[0].info.title} (${id}), served here by ${providers.join(', ')}.`;
};

export const architectureOf = (info: ModelInfo, at: { readonly today: string }): JsonObject => {
  const { architecture } = modelMetadata(info, { today: at.today, expiresOn: undefined });
  const output = outputModalities(info);
  return {
    ...(architecture as JsonObject),
    modality: `${info.inputModalities.join('+')}->${output.join('+')}`,
    output_modalities: output,
  };
};

/** A model as the list has it. */
export const modelView = (model: ListedModel, config: CompiledConfig): JsonObject => {
  const today = config.today();
  const [{ provider, model: own, info }] = model.endpoints;
  const metadata = modelMetadata(info, { today, expiresOn: retirementOf(provider, own, info) });
  return {
    id: model.id,
    created: createdSeconds(info),
    description: describedModel(model, config),
    hugging_face_id: null,
    knowledge_cutoff: null,
    ...metadata,
    canonical_slug: canonicalSlug(info),
    architecture: architectureOf(info, { today }),
    supported_parameters: parametersOf(model),
    supported_voices: null,
    default_parameters: null,
    links: { details: `/api/v1/models/${model.id}/endpoints` },
  };
};

const routers: readonly (readonly [id: string, name: string, does: string])[] = [
  ['openrouter/auto', 'Auto Router', 'Chooses a model for each request.'],
  ['openrouter/free', 'Free Models Router', 'Chooses among the models that cost nothing and can do what is asked.'],
  ['openrouter/pareto-code', 'Pareto Code Router', 'Chooses the cheapest of the models that write code well enough.'],
];

/** The names that choose a model, as the list has them. What they cost is what their choice does. */
export const routerViews: readonly JsonObject[] = routers.map(([id, name, does]) => ({
  id,
  canonical_slug: id,
  name,
  created: dayNumber(unknownRelease) * daySeconds,
  description: does,
  hugging_face_id: null,
  knowledge_cutoff: null,
  context_length: null,
  architecture: {
    modality: 'text->text',
    input_modalities: ['text'],
    output_modalities: ['text'],
    tokenizer: 'Router',
    instruct_type: null,
  },
  pricing: { prompt: '-1', completion: '-1' },
  top_provider: { context_length: null, max_completion_tokens: null, is_moderated: false },
  per_request_limits: null,
  supported_parameters: [],
  supported_voices: null,
  default_parameters: null,
  expiration_date: null,
  links: { details: `/api/v1/models/${id}/endpoints` },
}));
