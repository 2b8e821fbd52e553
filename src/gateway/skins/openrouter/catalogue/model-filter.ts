import { tokenizerOf } from '../../../../core/catalog/models/tokenizer-names.ts';
import { priceOn, type Rates } from '../../../../core/money/price.ts';
import type { HealthBook } from '../../../../core/routing/health/health-book.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import { askedList, askedNumber, type FaceCall } from '../api/face-route.ts';
import type { ListedModel } from './listed-models.ts';
import { createdSeconds, outputModalities, parametersOf } from './model-view.ts';

type Test = (model: ListedModel) => boolean;
type Measure = (model: ListedModel) => number | undefined;

/** Nothing is known here of what these are about, so what must hold for certain holds of no model. */
const unknowable = ['zdr', 'distillable'] as const;
/** Nothing is known of these, and they bound nothing. */
const ignored = [
  'category',
  'min_intelligence_index',
  'max_intelligence_index',
  'min_agentic_index',
  'max_agentic_index',
  'min_tool_success_rate',
  'max_tool_success_rate',
  'use_rss_chat_links',
] as const;

const nanoPerUsd = 1e9;
const daySeconds = 86_400;

export const standardRates = ({ endpoints }: ListedModel, config: CompiledConfig): Rates | undefined => {
  const { price } = endpoints[0].info;
  return price === undefined ? undefined : priceOn(price, config.today())?.standard.rates;
};

/** Dollars for a million tokens; undefined when nobody says. */
const priceOf = (model: ListedModel, unit: 'input' | 'output', config: CompiledConfig): number | undefined => {
  const rates = standardRates(model, config);
  return rates === undefined ? undefined : (rates[unit] ?? 0) / nanoPerUsd;
};

const within = (value: number | undefined, least: number | undefined, most: number | undefined): boolean =>
  value !== undefined && value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);

const between = (
  call: FaceCall,
  [least, most]: readonly [string, string],
  value: (model: ListedModel) => number | undefined,
): readonly Test[] => {
  const [from, to] = [askedNumber(call, least), askedNumber(call, most)];
  return from === undefined && to === undefined ? [] : [(model) => within(value(model), from, to)];
};

const oneOf = (call: FaceCall, name: string, values: (model: ListedModel) => readonly string[]): readonly Test[] => {
  const wanted = askedList(call, name)?.map((one) => one.toLowerCase());
  if (wanted === undefined) return [];
  return [(model) => values(model).some((value) => wanted.includes(value.toLowerCase()))];
};

const allOf = (call: FaceCall, name: string, values: (model: ListedModel) => readonly string[]): readonly Test[] => {
  const wanted = askedList(call, name);
  return wanted === undefined ? [] : [(model) => wanted.every((one) => values(model).includes(one))];
};

const outputTest = (call: FaceCall, usual: string | undefined): readonly Test[] => {
  const wanted = askedList(call, 'output_modalities') ?? (usual === undefined ? undefined : [usual]);
  if (wanted === undefined || wanted.includes('all')) return [];
  return [({ endpoints }) => outputModalities(endpoints[0].info).some((one) => wanted.includes(one))];
};

const wordsTest = (call: FaceCall): readonly Test[] => {
  const words = asked(call, 'q')?.toLowerCase().split(/\s+/);
  if (words === undefined) return [];
  return [
    ({ id, endpoints }) => words.every((word) => `${id} ${endpoints[0].info.title}`.toLowerCase().includes(word)),
  ];
};

const regionTest = (call: FaceCall): readonly Test[] => {
  const region = asked(call, 'region');
  if (region === undefined || region === 'global') return [];
  // Nobody says of a provider here where it computes.
  return [() => false];
};

/** The tests a list's questions make. `usual`: what is listed when no kind of output is asked for. */
export const modelTests = (call: FaceCall, usual: string | undefined, nowMs: number): readonly Test[] => {
  const { config } = call;
  for (const name of ignored) if (asked(call, name) !== undefined) call.ignored.add(name);
  const context = askedNumber(call, 'context');
  const age = ({ endpoints }: ListedModel): number => (nowMs / 1000 - createdSeconds(endpoints[0].info)) / daySeconds;
  return [
    ...outputTest(call, usual),
    ...allOf(call, 'input_modalities', ({ endpoints }) => endpoints[0].info.inputModalities),
    ...allOf(call, 'supported_parameters', parametersOf),
    ...wordsTest(call),
    ...(context === undefined
      ? []
      : [({ endpoints }: ListedModel) => (endpoints[0].info.contextTokens ?? 0) >= context]),
    ...between(call, ['min_price', 'max_price'], (model) => priceOf(model, 'input', config)),
    ...between(call, ['min_output_price', 'max_output_price'], (model) => priceOf(model, 'output', config)),
    ...oneOf(call, 'arch', ({ endpoints }) => [tokenizerOf(endpoints[0].info.author)]),
    ...oneOf(call, 'model_authors', ({ id, endpoints }) => [
      id.slice(0, id.indexOf('/')),
      endpoints[0].info.author ?? '',
    ]),
    ...oneOf(call, 'providers', ({ endpoints }) => endpoints.map(({ provider }) => provider)),
    ...between(call, ['min_age_days', 'max_age_days'], age),
    ...between(call, ['min_coding_index', 'max_coding_index'], codingIndex(config)),
    ...unknowable.flatMap((name) => (asked(call, name) === 'true' ? [() => false] : [])),
    ...regionTest(call),
  ];
};

/** Of a hundred. */
const codingIndex =
  ({ routers }: CompiledConfig): Measure =>
  ({ id, endpoints }) => {
    const names = [id, ...endpoints.map(({ provider, model }) => `${provider}/${model}`)];
    const score = names.map((name) => routers?.codingScores[name]).find((found) => found !== undefined);
    return score === undefined ? undefined : score * 100;
  };

/** The order of a list: least first, what nobody knows last. Undefined when none was asked for. */
export const modelOrder = (call: FaceCall, health: HealthBook, nowMs: number): Measure | undefined => {
  const sort = asked(call, 'sort');
  if (sort === undefined) return undefined;
  const { config } = call;
  const best =
    (measure: (target: string) => number | undefined): Measure =>
    ({ endpoints }) => {
      const known = endpoints
        .map(({ provider, model }) => measure(`${provider}/${model}`))
        .filter((value) => value !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    };
  const down =
    (measure: Measure): Measure =>
    (model) => {
      const value = measure(model);
      return value === undefined ? undefined : -value;
    };
  const measures: Readonly<Record<string, Measure>> = {
    newest: ({ endpoints }) => -createdSeconds(endpoints[0].info),
    'pricing-low-to-high': (model) => priceOf(model, 'input', config),
    'pricing-high-to-low': down((model) => priceOf(model, 'input', config)),
    'context-high-to-low': ({ endpoints }) => -(endpoints[0].info.contextTokens ?? 0),
    'throughput-high-to-low': best((target) => negative(health.of(target).tokensPerSecond(nowMs))),
    'latency-low-to-high': best((target) => health.of(target).firstByteMs(nowMs)),
    'coding-high-to-low': down(codingIndex(config)),
  };
  const measure = measures[sort];
  if (measure !== undefined) return measure;
  if (!unmeasured.has(sort))
    throw invalid('sort', `must be one of ${[...Object.keys(measures), ...unmeasured].join(', ')}`);
  call.ignored.add('sort');
  return undefined;
};

const negative = (value: number | undefined): number | undefined => (value === undefined ? undefined : -value);

/** Orders of a public service, for which a gateway of one's own has no figures. */
const unmeasured: ReadonlySet<string> = new Set([
  'most-popular',
  'top-weekly',
  'intelligence-high-to-low',
  'agentic-high-to-low',
  'design-arena-elo-high-to-low',
]);
