import { inProcessScheme } from '../../../../core/catalog/provider.ts';
import { isArray, isObject, type Json, type JsonObject, objectAt } from '../../../../core/json/json.ts';
import { priceOn } from '../../../../core/money/price.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import type { Identified } from '../../../line/records.ts';
import { showsModel } from '../../../line/stages/admit.ts';
import { type ListedEndpoint, type ListedModel, listedByName } from '../catalogue/listed-models.ts';

/** What a request needs of a model, as far as its body tells at a glance. */
interface Needs {
  readonly image: boolean;
  readonly parameters: readonly string[];
}

const imageTypes: ReadonlySet<Json | undefined> = new Set(['image_url', 'input_image', 'image']);

const hasImage = (value: Json | undefined): boolean => {
  if (isArray(value)) return value.some(hasImage);
  return isObject(value) && (imageTypes.has(value['type']) || hasImage(value['content']));
};

const needsOf = (body: JsonObject): Needs => {
  const { tools, messages, input } = body;
  const format = objectAt(body, 'response_format')?.['type'] ?? objectAt(objectAt(body, 'text'), 'format')?.['type'];
  return {
    image: hasImage(messages) || hasImage(input),
    parameters: [
      ...(isArray(tools) && tools.length > 0 ? ['tools'] : []),
      ...(format === 'json_schema' ? ['structured_outputs'] : []),
    ],
  };
};

/** The chat models a caller may use that can do what a request wants. Those whose abilities nobody names can do what needs none. */
export const ableModels = ({ body, config, identity }: Identified): readonly ListedModel[] => {
  const needs = needsOf(body);
  const shows = identity.policy?.models === undefined ? () => true : showsModel(identity);
  return [...listedByName(config).values()].filter(({ id, endpoints }) => {
    const { info } = endpoints[0];
    // A route is a way to models, which stand here themselves.
    if (config.routes.has(id)) return false;
    if (info.mode !== 'chat' || !info.outputModalities.includes('text')) return false;
    if (needs.image && !info.inputModalities.includes('image')) return false;
    if (!needs.parameters.every((name) => info.parameters.some((known) => known === name))) return false;
    return shows(id) || endpoints.some(({ provider, model }) => shows(`${provider}/${model}`));
  });
};

const isInside = ({ providers }: CompiledConfig, { provider }: ListedEndpoint): boolean =>
  providers.some(({ entry }) => entry.id === provider && entry.baseUrl.startsWith(inProcessScheme));

/** Whether a model costs nothing where its name leads. */
const isFree = (config: CompiledConfig, { info }: ListedEndpoint): boolean => {
  const rates = info.price === undefined ? undefined : priceOn(info.price, config.today())?.standard.rates;
  return rates !== undefined && (rates.input ?? 0) === 0 && (rates.output ?? 0) === 0;
};

/** Models that cost nothing. What answers without any model is chosen only where nothing else is free. */
export const freeModels = (identified: Identified): readonly ListedModel[] => {
  const { config } = identified;
  const free = ableModels(identified).filter(({ endpoints }) => isFree(config, endpoints[0]));
  const real = free.filter(({ endpoints }) => !isInside(config, endpoints[0]));
  return real.length > 0 ? real : free;
};

/** Dollars for a million tokens, three of the prompt for one of the answer; undefined when nobody says. */
export const blendedUsd = ({ endpoints }: ListedModel, config: CompiledConfig): number | undefined => {
  const { price } = endpoints[0].info;
  const rates = price === undefined ? undefined : priceOn(price, config.today())?.standard.rates;
  return rates === undefined ? undefined : (3 * (rates.input ?? 0) + (rates.output ?? 0)) / 4e9;
};

export const promptUsd = ({ endpoints }: ListedModel, config: CompiledConfig): number | undefined => {
  const { price } = endpoints[0].info;
  const rates = price === undefined ? undefined : priceOn(price, config.today())?.standard.rates;
  return rates === undefined ? undefined : (rates.input ?? 0) / 1e9;
};
