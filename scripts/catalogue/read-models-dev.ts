import {
  type Modality,
  type ModelMode,
  type ModelParameter,
  type ReasoningControls,
  reasoningEfforts,
} from '../../src/core/catalog/models/model-info.ts';
import type { PriceService, PriceUnit } from '../../src/core/money/price.ts';
import { idOfAlias, modelsDevIds, ownMachines } from './provider-ids.ts';
import {
  day,
  dollarsPerMillion,
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

/** Members of `cost`, in dollars per million tokens. */
const costUnits: Readonly<Record<string, PriceUnit>> = {
  input: 'input',
  output: 'output',
  cache_read: 'cache-read',
  cached_input: 'cache-read',
  cache_input: 'cache-read',
  cache_write: 'cache-write',
  cached_write: 'cache-write',
  input_audio: 'audio-input',
  output_audio: 'audio-output',
  reasoning: 'reasoning',
  citation: 'citation',
  image: 'image-output',
};

export const readModelsDev = (source: unknown): readonly Quote[] =>
  Object.entries(record(record(source)['providers'])).flatMap(([name, provider]) => {
    const id = modelsDevIds[name] ?? idOfAlias(name);
    if (ownMachines.has(id)) return [];
    return Object.entries(record(record(provider)['models'])).map(([model, facts]) => quote(id, model, record(facts)));
  });

const quote = (provider: string, id: string, model: Readonly<Record<string, unknown>>): Quote => {
  const limits = record(model['limit']);
  const forms = record(model['modalities']);
  const output = modalitiesOf(forms['output']);
  const base = text(model['base_model']);
  return {
    source: 'models.dev',
    provider,
    id,
    facts: known({
      title: text(model['name']),
      mode: modeOf(id, output, text(model['family'])),
      author: base?.split('/')[0],
      family: text(model['family']),
      contextTokens: limit(limits['context']),
      maxInputTokens: limit(limits['input']),
      maxOutputTokens: limit(limits['output']),
      inputModalities: modalitiesOf(forms['input']),
      outputModalities: output,
      parameters: parametersOf(model),
      reasoning: reasoningOf(model),
      releasedOn: day(model['release_date']),
      knowledgeCutoff: cutoffOf(model['knowledge']),
      status: statusOf(model['status']),
      openWeights: model['open_weights'] === true ? true : undefined,
    }),
    rates: ratesOf(model),
    fixedSampling: model['temperature'] === false,
  };
};

const ratesOf = (model: Readonly<Record<string, unknown>>): QuotedRates => {
  const rates: QuotedRates = new Map();
  const cost = record(model['cost']);
  addCost(rates, cost, 'standard', 0);
  for (const tier of list(cost['tiers']).map(record)) {
    const above = limit(record(tier['tier'])['size']);
    if (above !== undefined) addCost(rates, tier, 'standard', above);
  }
  const fast = record(record(record(model['experimental'])['modes'])['fast']);
  addCost(rates, record(fast['cost']), 'fast', 0);
  return rates;
};

const addCost = (
  rates: QuotedRates,
  cost: Readonly<Record<string, unknown>>,
  service: PriceService | 'standard',
  above: number,
): void => {
  for (const [name, unit] of Object.entries(costUnits)) {
    const dollars = number(cost[name]);
    if (dollars !== undefined) setRate(rates, rateKey(service, above, unit), dollarsPerMillion(dollars));
  }
};

const modalityNames: Readonly<Record<string, Modality>> = {
  text: 'text',
  image: 'image',
  pdf: 'file',
  audio: 'audio',
  video: 'video',
};

const modalitiesOf = (names: unknown): readonly Modality[] => {
  const found = list(names).flatMap((name) => modalityNames[String(name)] ?? []);
  return [...new Set(found)];
};

export const modeOf = (id: string, output: readonly Modality[], family: string | undefined): ModelMode => {
  if (/rerank/i.test(id)) return 'rerank';
  if (/embed|voyage-(?!r)/i.test(`${id} ${family ?? ''}`)) return 'embedding';
  if (/moderation/i.test(id)) return 'moderation';
  if (/whisper|transcribe|scribe/i.test(id)) return 'transcription';
  if (output.length === 0 || output.includes('text')) return 'chat';
  if (output.includes('video')) return 'video';
  return output.includes('image') ? 'image' : 'speech';
};

const parametersOf = (model: Readonly<Record<string, unknown>>): readonly ModelParameter[] => {
  const parameters: ModelParameter[] = ['max_tokens'];
  if (model['temperature'] === true) parameters.push('temperature', 'top_p');
  if (model['tool_call'] === true) parameters.push('tools', 'tool_choice');
  if (model['structured_output'] === true) parameters.push('response_format', 'structured_outputs');
  if (model['reasoning'] === true) parameters.push('reasoning', 'include_reasoning');
  const options = list(model['reasoning_options']).map(record);
  if (options.some((option) => option['type'] === 'effort')) parameters.push('reasoning_effort');
  return parameters;
};

const reasoningOf = (model: Readonly<Record<string, unknown>>): ReasoningControls | undefined => {
  if (model['reasoning'] !== true) return undefined;
  const controls: { -readonly [Key in keyof ReasoningControls]: ReasoningControls[Key] } = {};
  for (const option of list(model['reasoning_options']).map(record)) {
    if (option['type'] === 'toggle') controls.toggle = true;
    if (option['type'] === 'effort') {
      const values = list(option['values']);
      const efforts = reasoningEfforts.filter((effort) => values.includes(effort));
      if (efforts.length > 0) controls.efforts = efforts;
    }
    if (option['type'] === 'budget_tokens') {
      controls.budget = known({ minTokens: limit(option['min']), maxTokens: limit(option['max']) });
    }
  }
  return controls;
};

const statusOf = (status: unknown): 'deprecated' | 'beta' | undefined => {
  if (status === 'deprecated') return 'deprecated';
  return status === 'beta' || status === 'alpha' ? 'beta' : undefined;
};

const cutoffOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}(-\d{2})?$/.test(value) ? value : undefined;
