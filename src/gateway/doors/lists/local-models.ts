import type { ModelInfo } from '../../../core/catalog/models/model-info.ts';
import { resolveModel, type Shows } from '../../../core/catalog/resolve.ts';
import { GatewayError, invalidField } from '../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { LocalQuestion } from '../door.ts';
import { notShown, shownNames } from './list-models.ts';

/** The version of a local model server whose interface is spoken here; clients ask for it to know what they may send. */
const spokenVersion = '0.12.11';

// Nothing is known here of when a model was changed; lists need a time, and a fixed one keeps them comparable.
const modifiedAt = '2023-11-14T22:13:20Z';

/** Answers what clients of a local model server ask beside chats: its models, those that are loaded, what one can do, its version. */
export const localModelsAnswer = (
  asks: LocalQuestion,
  body: JsonObject,
  { config, shows = () => true }: { readonly config: CompiledConfig; readonly shows: Shows | undefined },
): JsonObject => {
  switch (asks) {
    case 'version':
      return { version: spokenVersion };
    case 'tags':
      return { models: shownNames(config).filter(shows).map(tagEntry) };
    case 'running':
      return { models: [] };
    case 'show':
      return showModel(body, config, shows);
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
  const [family = name] = name.split('/');
  return { parent_model: '', format: '', family, families: [family], parameter_size: '', quantization_level: '' };
};

/** Clients show the first digits and tell models apart by them. */
const digestOf = (name: string): string => {
  let state = 0x811c9dc5;
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0').repeat(8);
};

/** Throws `model_not_found`. A model the catalogue does not know is said to do what most can; its provider refuses the rest. */
const showModel = (body: JsonObject, config: CompiledConfig, shows: Shows): JsonObject => {
  const asked = body['model'] ?? body['name'];
  if (typeof asked !== 'string' || asked === '') throw invalidField('model', 'name the model to show, as a string.');
  const found = resolveTagged(asked, config, shows);
  if (found.kind !== 'found') throw shows(asked) ? new GatewayError('model_not_found', found.message) : notShown(asked);
  const name = `${found.provider.entry.id}/${found.model}`;
  if (!shows(asked) && !shows(name)) throw notShown(asked);
  return {
    modelfile: '',
    parameters: '',
    template: '',
    details: detailsOf(name),
    model_info: {
      'general.architecture': found.provider.entry.id,
      'general.basename': found.model,
      ...(found.info?.contextTokens === undefined
        ? {}
        : { [`${found.provider.entry.id}.context_length`]: found.info.contextTokens }),
    },
    capabilities: capabilitiesOf(found.model, found.info),
    modified_at: modifiedAt,
  };
};

const capabilitiesOf = (id: string, info: ModelInfo | undefined): readonly string[] => {
  if (info === undefined) return /embed/i.test(id) ? ['embedding'] : ['completion', 'tools', 'vision'];
  if (info.mode === 'embedding') return ['embedding'];
  return [
    'completion',
    ...(info.parameters.length === 0 || info.parameters.includes('tools') ? ['tools'] : []),
    ...(info.inputModalities.includes('image') ? ['vision'] : []),
    ...(info.reasoning === undefined ? [] : ['thinking']),
  ];
};

/** A name with or without the tag that clients of local servers add. */
const resolveTagged = (name: string, config: CompiledConfig, shows: Shows) => {
  const how = { today: config.today(), shows };
  const found = resolveModel(name, config, how);
  return found.kind === 'found' ? found : resolveModel(name.replace(/:latest$/, ''), config, how);
};
