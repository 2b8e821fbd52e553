import { factsOfModel } from '../../../../core/catalog/models/facts-of-model.ts';
import type { ModelInfo } from '../../../../core/catalog/models/model-info.ts';
import { listedModels } from '../../../../core/catalog/names/name-index.ts';
import { resolveModel } from '../../../../core/catalog/resolve.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import { ownNames } from '../../../own-names.ts';
import { publicName } from '../answer/public-name.ts';

/** A provider that has a model, with what is known of it there. */
export interface ListedEndpoint {
  readonly provider: string;
  /** The provider's own id of the model. */
  readonly model: string;
  readonly info: ModelInfo;
}

/** A model under the name it is called by, with all who serve it. The first endpoint is where its name leads. */
export interface ListedModel {
  readonly id: string;
  readonly endpoints: readonly [ListedEndpoint, ...ListedEndpoint[]];
}

interface Listed {
  readonly today: string;
  readonly models: ReadonlyMap<string, ListedModel>;
}

const lists = new WeakMap<CompiledConfig, Listed>();

/** Everything the ready providers offer today, each model once. Made when it is first asked for. */
export const listedByName = (config: CompiledConfig): ReadonlyMap<string, ListedModel> => {
  const today = config.today();
  const known = lists.get(config);
  if (known?.today === today) return known.models;
  const models = grouped(config, today);
  lists.set(config, { today, models });
  return models;
};

const grouped = (config: CompiledConfig, today: string): ReadonlyMap<string, ListedModel> => {
  const groups = new Map<string, ListedEndpoint[]>();
  for (const [name, models] of ownNames(config))
    groups.set(
      name,
      models.map(({ provider, model }) => endpoint(provider.entry.id, model, config)),
    );
  for (const name of listedModels(config, today)) {
    const slash = name.indexOf('/');
    const [provider, model] = [name.slice(0, slash), name.slice(slash + 1)];
    const id = publicName(config, provider, model);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [endpoint(provider, model, config)]);
    else group.push(endpoint(provider, model, config));
  }
  const models = new Map<string, ListedModel>();
  for (const [id, all] of groups) {
    const [first, ...others] = leadFirst(id, all, config);
    if (first !== undefined) models.set(id, { id, endpoints: [first, ...others] });
  }
  return models;
};

/** Where the name itself leads stands first. */
const leadFirst = (id: string, all: readonly ListedEndpoint[], config: CompiledConfig): readonly ListedEndpoint[] => {
  if (all.length < 2) return all;
  const found = resolveModel(id, config, { today: config.today() });
  if (found.kind !== 'found') return all;
  const leads = ({ provider, model }: ListedEndpoint): boolean =>
    provider === found.provider.entry.id && model === found.model;
  return [...all.filter(leads), ...all.filter((one) => !leads(one))];
};

const endpoint = (provider: string, model: string, config: CompiledConfig): ListedEndpoint => ({
  provider,
  model,
  info: factsOfModel(config, { provider, id: model }),
});

/** The model a name leads to: one of the list, or one that no list names and whose provider is ready. Undefined when there is none. */
export const modelNamed = (name: string, config: CompiledConfig): ListedModel | undefined => {
  const listed = listedByName(config);
  const own = listed.get(name);
  if (own !== undefined) return own;
  const found = resolveModel(name, config, { today: config.today() });
  if (found.kind !== 'found') return undefined;
  const provider = found.provider.entry.id;
  const id = publicName(config, provider, found.model);
  return listed.get(id) ?? { id, endpoints: [endpoint(provider, found.model, config)] };
};
