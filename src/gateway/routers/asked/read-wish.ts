import { invalidField } from '../../../core/errors/gateway-error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { dialNames, dialsIn, onlyDial } from '../../../core/routing/learned/asked/read-dial.ts';
import type { Dial } from '../../../core/routing/learned/choice.ts';

/** Members of a request that are for the choice and mean nothing to a provider. */
export const choiceMembers: readonly string[] = ['models', 'plugins', ...dialNames];

export interface ChoiceWish {
  readonly dial: Dial;
  /** Patterns of names. */
  readonly allowed?: readonly string[];
  readonly excluded: readonly string[];
}

/** In the middle: what quality is worth where the cheapest and the dearest candidate tie. */
export const usualDial: Dial = { kind: 'slider', at: 5 };

/** What a request says of the choice, in its own members and those of the plugin. Throws a 400 that names the member, or two that say it both. */
export const readWish = (body: JsonObject): ChoiceWish => {
  const plugin = pluginOf(body['plugins']);
  const allowed = namesOf(plugin.settings['allowed_models'], `${plugin.at}allowed_models`);
  return {
    dial: onlyDial([...dialsIn(body), ...dialsIn(plugin.settings, plugin.at)]) ?? usualDial,
    ...(allowed === undefined ? {} : { allowed }),
    excluded: namesOf(plugin.settings['excluded_models'], `${plugin.at}excluded_models`) ?? [],
  };
};

const pluginOf = (plugins: Json | undefined): { readonly settings: JsonObject; readonly at: string } => {
  const list = isArray(plugins ?? null) ? (plugins as readonly Json[]) : [];
  const index = list.findIndex((plugin) => isObject(plugin) && plugin['id'] === 'auto-router');
  const settings = list[index];
  return { settings: isObject(settings ?? null) ? (settings as JsonObject) : {}, at: `plugins[${index}].` };
};

const namesOf = (value: Json | undefined, at: string): readonly string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (isArray(value) && value.every((one) => typeof one === 'string')) return value as readonly string[];
  throw invalidField(at, 'must be a list of names or patterns such as "anthropic/*".');
};
