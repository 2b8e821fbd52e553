import type { ActiveProvider } from '../active-provider.ts';
import type { BriefModel, ModelCatalogue } from '../models/model-catalogue.ts';
import type { ModelMode } from '../models/model-info.ts';
import type { ProviderEntry } from '../provider.ts';
import type { Aliases } from './aliases.ts';
import { nameFits } from './aliases.ts';
import { letterSum } from './name-form.ts';
import { renamedRow } from './renamed.ts';

/** What names are looked up in. Replaced whole when the configuration changes. */
export interface Naming {
  readonly providers: readonly ActiveProvider[];
  readonly models: ModelCatalogue;
  readonly aliases: Aliases;
}

/** Models of the ready providers, for everything that is not a plain `provider/model`. */
export interface NameIndex {
  readonly byId: ReadonlyMap<string, ActiveProvider>;
  /** By the other names providers are known by. */
  readonly byAlias: ReadonlyMap<string, ActiveProvider>;
  /** Bare model id → the ready providers that have it. */
  readonly havingId: ReadonlyMap<string, readonly ActiveProvider[]>;
  /** `provider/model`, worth showing first. */
  readonly names: readonly string[];
  /** Names that are known and not worth showing. */
  readonly unlisted: ReadonlySet<string>;
  /** The days on which some of the names end. */
  readonly retiresOn: ReadonlyMap<string, string>;
  /** `letterSum` of each name. */
  readonly sums: Int32Array;
}

const indexes = new WeakMap<Naming, NameIndex>();

/** Made when the first name needs it, and kept as long as the configuration. */
export const indexOf = (naming: Naming): NameIndex => {
  const known = indexes.get(naming);
  if (known !== undefined) return known;
  const havingId = new Map<string, ActiveProvider[]>();
  const names: string[] = [];
  const retiresOn = new Map<string, string>();
  const unlisted = new Set<string>();
  for (const provider of naming.providers) {
    if (!provider.ready) continue;
    const known = new Map([...naming.models.modelsOf(provider.entry.id)].map((model) => [model.id, model]));
    for (const id of offered(provider, [...known.values()])) {
      const name = `${provider.entry.id}/${id}`;
      names.push(name);
      const day = known.get(id)?.retiresOn ?? renamedRow(provider.entry.id, id)?.retiredOn;
      if (day !== undefined) retiresOn.set(name, day);
      const named = provider.entry.models?.includes(id) === true;
      if (!named && known.get(id)?.unlisted === true) unlisted.add(name);
      const others = havingId.get(id);
      if (others === undefined) havingId.set(id, [provider]);
      else others.push(provider);
    }
  }
  const index: NameIndex = {
    byId: new Map(naming.providers.map((provider) => [provider.entry.id, provider])),
    byAlias: new Map(
      naming.providers.flatMap((provider) => (provider.entry.aliases ?? []).map((alias) => [alias, provider] as const)),
    ),
    havingId,
    names,
    retiresOn,
    unlisted,
    sums: Int32Array.from(names, letterSum),
  };
  indexes.set(naming, index);
  return index;
};

/** A provider's model ids: the operator's own list when there is one (`*` in it stands for what the catalogue has), else those it is known for and all the catalogue knows. */
const offered = ({ entry, modelsChosen }: ActiveProvider, models: readonly BriefModel[]): ReadonlySet<string> => {
  const listed = entry.models ?? [];
  if (entry.closed === true) return new Set(listed);
  const known = (): readonly string[] => models.filter(({ mode }) => serves(entry, mode)).map(({ id }) => id);
  if (modelsChosen !== true) return new Set([...listed, ...known()]);
  return new Set(listed.flatMap((name) => (name.includes('*') ? known().filter((id) => nameFits(name, id)) : [name])));
};

/** Models of a kind nobody can ask the provider for are not offered. */
const serves = (entry: ProviderEntry, mode: ModelMode): boolean => {
  const served = entry.serves as Readonly<Record<string, unknown>>;
  return (operationsOf[mode] ?? []).some((operation) => served[operation] !== undefined);
};

const operationsOf: Readonly<Partial<Record<ModelMode, readonly string[]>>> = {
  chat: ['chat'],
  embedding: ['embeddings'],
  rerank: ['rerank'],
  moderation: ['moderations'],
};

const lists = new WeakMap<Naming, { readonly today: string; readonly names: readonly string[] }>();

/** What the ready providers offer on a day, as `provider/model`: without what is retired by then. */
export const listedModels = (naming: Naming, today: string): readonly string[] => {
  const known = lists.get(naming);
  if (known?.today === today) return known.names;
  const { names: all, retiresOn, unlisted } = indexOf(naming);
  const names = all.filter((name) => !unlisted.has(name) && (retiresOn.get(name) ?? '9') > today);
  lists.set(naming, { today, names });
  return names;
};
