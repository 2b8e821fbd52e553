import type { ModelMode, ModelParameter } from '../../src/core/catalog/models/model-info.ts';
import { modelParameters } from '../../src/core/catalog/models/model-info.ts';
import { type PriceService, type PriceUnit, unitsPerRate } from '../../src/core/money/price.ts';
import { portkeyIds } from './provider-ids.ts';
import { known, limit, list, number, type Quote, type QuotedRates, rateKey, record, setRate, text } from './quote.ts';

type Entry = Readonly<Record<string, unknown>>;

/** Members of a price list, in cents for one. */
const units: Readonly<Record<string, PriceUnit>> = {
  request_token: 'input',
  response_token: 'output',
  cache_read_input_token: 'cache-read',
  cache_write_input_token: 'cache-write',
  reasoning_token: 'reasoning',
  request_audio_token: 'audio-input',
  response_audio_token: 'audio-output',
  cache_read_audio_input_token: 'audio-cache-read',
  request_image_token: 'image-input',
  response_image_token: 'image-output',
  cache_read_image_input_token: 'image-cache-read',
};

const extraUnits: Readonly<Record<string, PriceUnit>> = {
  cache_write_1h: 'cache-write-1h',
  web_search: 'web-search',
  search: 'web-search',
  web_search_medium_context: 'web-search',
  file_search: 'file-search',
  code_execution: 'code-session',
  video_seconds: 'output-second',
  generated_images: 'image',
  input_image: 'input-image',
};

const executionModes: Readonly<Record<string, PriceService>> = { batch: 'batch', flex: 'flex', priority: 'priority' };

export const readPortkey = (source: unknown): readonly Quote[] => {
  const general = record(record(source)['general']);
  const pricing = record(record(source)['pricing']);
  return Object.entries(portkeyIds).flatMap(([name, provider]) => {
    const described = record(general[name]);
    const priced = record(pricing[name]);
    const ids = new Set([...Object.keys(described), ...Object.keys(priced)]);
    return [...ids]
      .filter((id) => isModel(id) && (typeof described[id] === 'object' || typeof priced[id] === 'object'))
      .map((id) => quote(provider, id, { described, priced: record(priced[id]) }));
  });
};

const isModel = (id: string): boolean =>
  !['default', 'name', 'description', 'id'].includes(id) && !/-(lte|gt)-\d+k$/.test(id) && !/\s/.test(id);

const quote = (provider: string, id: string, from: { readonly described: Entry; readonly priced: Entry }): Quote => {
  const described = record(from.described[id]);
  const params = list(described['params']).map(record);
  const outputLimit = params.find((param) => /^max_(completion_|output_)?tokens$/.test(text(param['key']) ?? ''));
  const mode = modeOf(described);
  return {
    source: 'portkey',
    provider,
    id,
    facts: known({
      mode,
      maxOutputTokens: mode === 'chat' ? limit(outputLimit?.['maxValue']) : undefined,
      parameters: mode === 'chat' ? parametersOf(described, record(from.described['default'])) : undefined,
    }),
    rates: ratesOf(from.priced),
  };
};

const modes: Readonly<Record<string, ModelMode>> = {
  chat: 'chat',
  text: 'chat',
  responses: 'chat',
  embedding: 'embedding',
  image: 'image',
  rerank: 'rerank',
  moderation: 'moderation',
  moderations: 'moderation',
  audio: 'other',
  video: 'video',
  realtime: 'other',
};

const modeOf = (described: Entry): ModelMode | undefined => modes[text(record(described['type'])['primary']) ?? ''];

const parameterNames: ReadonlySet<string> = new Set(modelParameters);

const parametersOf = (described: Entry, preset: Entry): readonly ModelParameter[] => {
  const removed = new Set(list(described['removeParams']));
  const keys = [preset, described].flatMap((from) =>
    list(from['params']).map((param) => text(record(param)['key']) ?? ''),
  );
  const named = keys
    .map((key) => (key === 'max_completion_tokens' || key === 'max_output_tokens' ? 'max_tokens' : key))
    .filter((key): key is ModelParameter => parameterNames.has(key) && !removed.has(key));
  const tools = list(record(described['type'])['supported']).includes('tools') ? (['tools'] as const) : [];
  return [...new Set([...named, ...tools])];
};

const ratesOf = (priced: Entry): QuotedRates => {
  const rates: QuotedRates = new Map();
  const config = record(priced['pricing_config']);
  if ((text(config['currency']) ?? 'USD') !== 'USD') return rates;
  addList(rates, record(config['pay_as_you_go']), 'standard', 0);
  addList(rates, record(config['batch_config']), 'batch', 0);
  const fixed = number(record(record(config['fixed_cost'])['request'])['price']);
  if (fixed !== undefined) setRate(rates, rateKey('standard', 0, 'request'), fixed * 1e7);
  addTiers(rates, record(priced['custom_pricing']));
  // A price of nothing for everything is how this source writes that it knows none.
  const known = [...rates.values()].some((rate) => rate > 0);
  return known ? rates : new Map();
};

const addTiers = (rates: QuotedRates, custom: Entry): void => {
  const regions = record(custom['regions']);
  const modesOf = record(record(regions['default'])['execution_modes']);
  for (const [mode, value] of Object.entries(modesOf)) {
    const service = executionModes[mode] ?? (mode === 'standard' ? 'standard' : undefined);
    if (service === undefined) continue;
    const flat = record(record(record(value)['pricing_config'])['pay_as_you_go']);
    if (service !== 'standard') addList(rates, flat, service, 0);
    for (const [above, name] of Object.entries(record(custom['context_tier_map']))) {
      const step = record(record(record(value)['context_tiers'])[String(name)]);
      const tier = record(record(step['pricing_config'])['pay_as_you_go']);
      if (service !== 'standard' || Number(above) > 0) addList(rates, tier, service, Number(above));
    }
  }
};

const addList = (rates: QuotedRates, prices: Entry, service: PriceService | 'standard', above: number): void => {
  const add = (unit: PriceUnit, value: unknown): void => {
    const cents = number(record(value)['price']);
    if (cents !== undefined) setRate(rates, rateKey(service, above, unit), cents * 1e7 * unitsPerRate(unit));
  };
  for (const [name, unit] of Object.entries(units)) add(unit, prices[name]);
  if (above > 0 || service !== 'standard') return;
  const extra = record(prices['additional_units']);
  for (const [name, unit] of Object.entries(extraUnits)) add(unit, extra[name]);
  add('image', record(record(prices['image'])['default'])['default']);
};
