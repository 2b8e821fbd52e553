import type { Modality, ModelMode, ModelParameter } from '../../src/core/catalog/models/model-info.ts';
import { type PriceService, type PriceUnit, unitsPerRate } from '../../src/core/money/price.ts';
import { litellmIds } from './provider-ids.ts';
import {
  day,
  known,
  limit,
  list,
  number,
  type Quote,
  type QuotedRates,
  rateKey,
  record,
  setRate,
  text,
} from './quote.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Members, in dollars for one. */
const units: Readonly<Record<string, PriceUnit>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache-read',
  input_cost_per_token_cache_hit: 'cache-read',
  cache_creation_input_token_cost: 'cache-write',
  cache_creation_input_token_cost_above_1hr: 'cache-write-1h',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_audio_token: 'audio-input',
  output_cost_per_audio_token: 'audio-output',
  cache_read_input_token_cost_per_audio_token: 'audio-cache-read',
  cache_read_input_audio_token_cost: 'audio-cache-read',
  input_cost_per_image_token: 'image-input',
  output_cost_per_image_token: 'image-output',
  cache_read_input_image_token_cost: 'image-cache-read',
  citation_cost_per_token: 'citation',
  input_cost_per_character: 'characters',
  input_cost_per_pixel: 'pixels',
  output_cost_per_image: 'image',
  input_cost_per_image: 'input-image',
  input_cost_per_second: 'input-second',
  input_cost_per_audio_per_second: 'input-second',
  output_cost_per_second: 'output-second',
  output_cost_per_video_per_second: 'output-second',
  input_cost_per_request: 'request',
  input_cost_per_query: 'query',
  ocr_cost_per_page: 'page',
  code_interpreter_cost_per_session: 'code-session',
};

const serviceSuffixes: Readonly<Record<string, PriceService>> = {
  _batches: 'batch',
  _flex: 'flex',
  _priority: 'priority',
};

const modes: Readonly<Record<string, ModelMode>> = {
  chat: 'chat',
  responses: 'chat',
  completion: 'chat',
  embedding: 'embedding',
  rerank: 'rerank',
  moderation: 'moderation',
  image_generation: 'image',
  image_edit: 'image',
  video_generation: 'video',
  audio_speech: 'speech',
  audio_transcription: 'transcription',
  ocr: 'other',
  realtime: 'other',
};

export const readLitellm = (source: unknown): readonly Quote[] =>
  Object.entries(record(source)).flatMap(([key, value]) => {
    const entry = record(value);
    const provider = litellmIds[text(entry['litellm_provider']) ?? ''];
    const mode = modeOf(entry);
    const id = idOf(key, text(entry['litellm_provider']) ?? '');
    if (provider === undefined || mode === undefined || id === undefined) return [];
    return [quote(provider, id, { entry, mode })];
  });

/** Some chat models are filed under embeddings; an embedding calls no functions. */
const modeOf = (entry: Entry): ModelMode | undefined =>
  entry['mode'] === 'embedding' && (entry['supports_function_calling'] === true || entry['supports_vision'] === true)
    ? 'chat'
    : modes[text(entry['mode']) ?? 'chat'];

/**
 * The provider's own id behind a key of the map: without the map's prefix. Keys that stand for a region, a commitment, a picture's size or a
 * class of models are no models.
 */
const idOf = (key: string, provider: string): string | undefined => {
  if (/^(\d+-x-\d+|max-x-max|low|medium|high|hd|standard|sample_spec|ft:)[/:]?/.test(key) && !key.startsWith('ft:'))
    return undefined;
  if (/^(fireworks-ai|together-ai)-/.test(key) || /commitment|\/\*\//.test(key)) return undefined;
  if (provider.startsWith('bedrock')) return /^bedrock(_mantle)?\//.test(key) ? undefined : key;
  if (provider === 'azure') {
    const rest = key.replace(/^azure\//, '');
    return rest.includes('/') ? undefined : rest;
  }
  const prefix = provider.split('-')[0] ?? provider;
  const names = [`${provider}/`, `${prefix}/`, `${prefix.replaceAll('_', '-')}/`];
  const found = names.find((name) => key.startsWith(name));
  return found === undefined ? key : key.slice(found.length);
};

const quote = (
  provider: string,
  id: string,
  { entry, mode }: { readonly entry: Entry; readonly mode: ModelMode },
): Quote => ({
  source: 'litellm',
  provider,
  id,
  facts: known({
    mode,
    contextTokens: limit(entry['max_input_tokens']) ?? limit(entry['max_tokens']),
    maxOutputTokens: mode === 'chat' ? limit(entry['max_output_tokens']) : undefined,
    inputModalities: inputOf(entry),
    outputModalities: outputOf(entry, mode),
    parameters: mode === 'chat' ? parametersOf(entry) : undefined,
    reasoning: entry['supports_reasoning'] === true ? {} : undefined,
    retiresOn: day(entry['deprecation_date']),
  }),
  rates: ratesOf(entry),
});

const ratesOf = (entry: Entry): QuotedRates => {
  const rates: QuotedRates = new Map();
  for (const [name, value] of Object.entries(entry)) {
    const read = readName(name);
    const dollars = typeof value === 'string' ? Number(value) : number(value);
    if (read === undefined || dollars === undefined) continue;
    setRate(rates, rateKey(read.service, read.above, read.unit), dollars * nanosPerRate(read.unit));
  }
  const search = number(record(entry['search_context_cost_per_query'])['search_context_size_medium']);
  if (search !== undefined) setRate(rates, rateKey('standard', 0, 'web-search'), search * 1e9);
  for (const [index, step] of list(entry['tiered_pricing']).map(record).entries()) {
    const above = index === 0 ? 0 : limit(list(step['range'])[0]);
    if (above === undefined) continue;
    for (const [name, value] of Object.entries(step)) {
      const unit = units[name];
      const dollars = number(value);
      if (unit !== undefined && dollars !== undefined)
        setRate(rates, rateKey('standard', above, unit), dollars * nanosPerRate(unit));
    }
  }
  return rates;
};

const nanosPerRate = (unit: PriceUnit): number => 1e9 * unitsPerRate(unit);

const readName = (
  name: string,
): { readonly unit: PriceUnit; readonly service: PriceService | 'standard'; readonly above: number } | undefined => {
  const suffix = Object.keys(serviceSuffixes).find((ending) => name.endsWith(ending)) ?? '';
  const plain = name.slice(0, name.length - suffix.length);
  const tier = /_above_(\d+)k_tokens$/.exec(plain);
  const unit = units[tier === null ? plain : plain.slice(0, tier.index)];
  if (unit === undefined) return undefined;
  return { unit, service: serviceSuffixes[suffix] ?? 'standard', above: tier === null ? 0 : Number(tier[1]) * 1000 };
};

const inputOf = (entry: Entry): readonly Modality[] | undefined => {
  const found = new Set<Modality>(['text']);
  if (entry['supports_vision'] === true || entry['supports_image_input'] === true) found.add('image');
  if (entry['supports_pdf_input'] === true) found.add('file');
  if (entry['supports_audio_input'] === true) found.add('audio');
  if (entry['supports_video_input'] === true) found.add('video');
  return [...found];
};

const outputs: Readonly<Partial<Record<ModelMode, readonly Modality[]>>> = {
  image: ['image'],
  video: ['video'],
  speech: ['audio'],
};

const outputOf = (entry: Entry, mode: ModelMode): readonly Modality[] => {
  const fixed = outputs[mode];
  if (fixed !== undefined) return fixed;
  const extra = list(entry['supported_output_modalities']);
  return [
    'text',
    ...(extra.includes('image') ? (['image'] as const) : []),
    ...(extra.includes('audio') || entry['supports_audio_output'] === true ? (['audio'] as const) : []),
  ];
};

const flags: Readonly<Record<string, readonly ModelParameter[]>> = {
  supports_function_calling: ['tools'],
  supports_tool_choice: ['tool_choice'],
  supports_parallel_function_calling: ['parallel_tool_calls'],
  supports_response_schema: ['response_format', 'structured_outputs'],
  supports_reasoning: ['reasoning', 'include_reasoning'],
  supports_web_search: ['web_search_options'],
  supports_service_tier: ['service_tier'],
};

const parametersOf = (entry: Entry): readonly ModelParameter[] => [
  'max_tokens',
  ...Object.entries(flags).flatMap(([flag, names]) => (entry[flag] === true ? names : [])),
];
