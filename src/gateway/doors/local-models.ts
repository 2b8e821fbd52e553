import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import { listedModels, resolveModel } from '../../core/catalog/resolve.ts';
import { GatewayError, invalidField } from '../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { LocalQuestion } from './door.ts';

/** The version of a local model server whose interface is spoken here; clients ask for it to know what they may send. */
const spokenVersion = '0.12.11';

// Nothing is known here of when a model was changed; lists need a time, and a fixed one keeps them comparable.
const modifiedAt = '2023-11-14T22:13:20Z';

/** Answers what clients of a local model server ask beside chats: its models, those that are loaded, what one can do, its version. */
export const localModelsAnswer = (
  asks: LocalQuestion,
  body: JsonObject,
  providers: readonly ActiveProvider[],
): JsonObject => {
  switch (asks) {
    case 'version':
      return { version: spokenVersion };
    case 'tags':
      return { models: listedModels(providers).map(tagEntry) };
    case 'running':
      return { models: [] };
    case 'show':
      return showModel(body, providers);
  }
};

const tagEntry = (name: string): JsonObject => ({
  name,
  model: name,
  modified_at: modifiedAt,
  size: 0,
  digest: digestOf(name),
  details: detailsOf(name),
});

const detailsOf = (name: string): JsonObject => {
  const family = name.slice(0, name.indexOf('/'));
  return { parent_model: '', format: '', family, families: [family], parameter_size: '', quantization_level: '' };
};

/** Clients show the first digits and tell models apart by them. */
const digestOf = (name: string): string => {
  let state = 0x811c9dc5;
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0').repeat(8);
};

/** Throws `model_not_found`. What a model can do is not known here, so it is said to do what most can; its provider refuses the rest. */
const showModel = (body: JsonObject, providers: readonly ActiveProvider[]): JsonObject => {
  const asked = body['model'] ?? body['name'];
  if (typeof asked !== 'string' || asked === '') throw invalidField('model', 'name the model to show, as a string.');
  const found = resolveTagged(asked, providers);
  if (found.kind !== 'found') throw new GatewayError('model_not_found', found.message);
  const name = `${found.provider.entry.id}/${found.model}`;
  return {
    modelfile: '',
    parameters: '',
    template: '',
    details: detailsOf(name),
    model_info: { 'general.architecture': found.provider.entry.id, 'general.basename': found.model },
    capabilities: /embed/i.test(found.model) ? ['embedding'] : ['completion', 'tools', 'vision'],
    modified_at: modifiedAt,
  };
};

/** A name with or without the tag that clients of local servers add. */
const resolveTagged = (name: string, providers: readonly ActiveProvider[]) => {
  const found = resolveModel(name, providers);
  return found.kind === 'found' ? found : resolveModel(name.replace(/:latest$/, ''), providers);
};
