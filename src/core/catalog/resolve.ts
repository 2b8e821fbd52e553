import type { ActiveProvider } from './active-provider.ts';
import { modelMatches } from './model-pattern.ts';
import type { ModelInfo } from './models/model-info.ts';
import { followAliases } from './names/aliases.ts';
import { authorNamed, providersOfAuthor } from './names/authors.ts';
import { latestAsked, latestModel } from './names/latest-model.ts';
import { indexOf, type NameIndex, type Naming } from './names/name-index.ts';
import { nearestNames } from './names/nearest-names.ts';
import { renamedRow } from './names/renamed.ts';
import { type ModelNotice, settleName } from './names/retirement.ts';
import { spelledOtherwise } from './names/spelled-otherwise.ts';

export interface FoundModel {
  readonly kind: 'found';
  readonly provider: ActiveProvider;
  /** The provider's own id. */
  readonly model: string;
  /** Absent for models the catalogue does not know. */
  readonly info?: ModelInfo;
  /** That it was renamed, is gone or goes soon. */
  readonly notices: readonly ModelNotice[];
}

export type Resolution = FoundModel | ResolutionProblem;

export interface ResolutionProblem {
  readonly kind: 'unknown-provider' | 'unknown-model' | 'not-configured';
  /** Up to three names that work, best first. */
  readonly nearest: readonly string[];
  /** What was wrong and what to do. */
  readonly message: string;
}

interface Search {
  readonly naming: Naming;
  readonly index: NameIndex;
  readonly today: string;
  readonly shows: Shows | undefined;
}

/** Whether a `provider/model` may be named to the caller. */
export type Shows = (name: string) => boolean;

/**
 * Finds the provider and the provider's own model id behind a name: an alias of the operator's, `~author/family-latest`, `provider/model` (the
 * model may hold slashes and colons, and need not be known), `author/slug`, or a bare name that can only mean one. Dots and dashes may be
 * mixed up; ids that were renamed lead to their new ones. `models/`, as Gemini's clients write it, is passed over. `today` is a day,
 * `YYYY-MM-DD`. Names that a problem tells are those that `shows` lets through.
 */
export const resolveModel = (
  name: string,
  naming: Naming,
  { today, shows }: { readonly today: string; readonly shows?: Shows | undefined },
): Resolution => {
  const plain = name.startsWith('models/') ? name.slice('models/'.length) : name;
  const asked = followAliases(plain, naming.aliases);
  const search: Search = { naming, index: indexOf(naming), today, shows };
  const latest = latestAsked(asked);
  if (latest !== undefined) {
    const found = latestModel(latest, naming, today);
    return found === undefined ? noFamily(asked, search) : settled(found.provider, found.model, search);
  }
  const slash = asked.indexOf('/');
  const head = slash < 0 ? undefined : providerNamed(asked, slash, search);
  return head === undefined ? ofBareName(asked, search) : ofProvider(head, asked.slice(slash + 1), search);
};

/**
 * What stands before the slash: an id, or another name of a provider. Such a name gives way to a model of a ready provider whose own id begins
 * with it (`moonshotai/Kimi-K2.6` of a host) unless the provider is ready and has the model too.
 */
const providerNamed = (asked: string, slash: number, search: Search): ActiveProvider | undefined => {
  const { index } = search;
  const head = asked.slice(0, slash);
  const named = index.byId.get(head);
  if (named !== undefined) return named;
  const provider = index.byAlias.get(head);
  if (provider === undefined) return undefined;
  if (provider.ready && knows(provider, ownId(provider, asked.slice(slash + 1), search), search)) return provider;
  const elsewhere =
    index.havingId.has(asked) ||
    (!provider.ready && spelledOtherwise(asked, index).some((name) => sameMaker(asked, name, search)));
  return elsewhere ? undefined : provider;
};

const knows = ({ entry }: ActiveProvider, id: string, { naming }: Search): boolean =>
  naming.models.find(entry.id, id) !== undefined ||
  renamedRow(entry.id, id) !== undefined ||
  (entry.models ?? []).includes(id);

/** What is known of a model and what its callers should be told. */
const settled = (provider: ActiveProvider, id: string, { naming, today }: Search): FoundModel => {
  const { entry, ownAddress = false } = provider;
  const { model, notices } = settleName(id, {
    provider: entry.id,
    info: naming.models.find(entry.id, id),
    today,
    ownAddress,
  });
  const info = naming.models.find(entry.id, model);
  return { kind: 'found', provider, model, notices, ...(info === undefined ? {} : { info }) };
};

const ofProvider = (provider: ActiveProvider, model: string, search: Search): Resolution => {
  const { entry } = provider;
  const full = `${entry.id}/${model}`;
  if (!provider.ready) return notConfigured(provider, full, search);
  if (model === '') {
    return problem('unknown-model', full, { search, said: `"${full}" names no model after "${entry.id}/".` });
  }
  if (entry.closed === true) {
    if ((entry.models ?? []).includes(model)) return settled(provider, model, search);
    return problem('unknown-model', full, { search, said: `${entry.title} has no model "${model}".` });
  }
  return settled(provider, ownId(provider, model, search), search);
};

/** The provider's own spelling of an id it does not know as it is written; without one, what was written: it may be newer than the catalogue. */
const ownId = ({ entry }: ActiveProvider, model: string, { index, naming }: Search): string => {
  if (index.havingId.get(model)?.some((having) => having.entry === entry) === true) return model;
  if (naming.models.find(entry.id, model) !== undefined || renamedRow(entry.id, model) !== undefined) return model;
  const [only, second] = spelledOtherwise(model, index, entry.id);
  return only === undefined || second !== undefined ? model : only.slice(entry.id.length + 1);
};

const ofBareName = (name: string, search: Search): Resolution => {
  const { index, naming } = search;
  const owners = naming.providers.filter(({ entry }) => entry.owns !== undefined && modelMatches(entry.owns, name));
  const having = index.havingId.get(name) ?? [];
  const exact = oneOf(having, { name, owners }, search);
  if (exact !== undefined) return settled(exact, name, search);
  if (having.length > 1)
    return ambiguous(
      name,
      having.map(({ entry }) => `${entry.id}/${name}`),
      search,
    );
  const bySlug = ofAuthor(name, search);
  if (bySlug !== undefined) return bySlug;
  const [owner, otherOwner] = owners.filter(({ ready }) => ready);
  if (owner !== undefined && otherOwner === undefined) return settled(owner, ownId(owner, name, search), search);
  const spelled = spelledOtherwise(name, index).filter((candidate) => sameMaker(name, candidate, search));
  const [only] = spelled;
  if (spelled.length === 1 && only !== undefined) return ofFullName(only, search);
  if (spelled.length > 1) return makersOwn(spelled, search) ?? ambiguous(name, spelled, search);
  if (owners[0] !== undefined) return notConfigured(owners[0], name, search);
  return unknown(name, search);
};

/** `author/slug`: the maker's own provider, under its own spelling of the id, when it has the model. */
const ofAuthor = (name: string, search: Search): FoundModel | undefined => {
  const slash = name.indexOf('/');
  const author = slash < 0 ? undefined : authorNamed(name.slice(0, slash));
  const slug = name.slice(slash + 1);
  for (const id of providersOfAuthor(author)) {
    const provider = search.index.byId.get(id);
    if (provider?.ready !== true) continue;
    const model = ownId(provider, slug, search);
    if (knows(provider, model, search) || modelMatches(provider.entry.owns ?? '^(?!)', slug))
      return settled(provider, model, search);
  }
  return undefined;
};

/** Of several providers that have an id the one is meant whose name form claims it, or who made the model. */
const oneOf = (
  having: readonly ActiveProvider[],
  { name, owners }: { readonly name: string; readonly owners: readonly ActiveProvider[] },
  search: Search,
): ActiveProvider | undefined => {
  const [first, second] = having;
  if (second === undefined) return first;
  const owner = having.find((provider) => owners.includes(provider));
  if (owner !== undefined) return owner;
  const makers = having.filter(({ entry }) => isMaker(entry.id, name, search));
  return makers[0];
};

const isMaker = (provider: string, id: string, { naming }: Search): boolean =>
  providersOfAuthor(naming.models.find(provider, id)?.author).includes(provider);

/** What stands before the slash of a name must be the maker of what it leads to, however it is spelled. */
const sameMaker = (asked: string, candidate: string, { naming }: Search): boolean => {
  const slash = asked.indexOf('/');
  if (slash < 0) return true;
  const head = asked.slice(0, slash).toLowerCase();
  const author = naming.models.find(...parted(candidate))?.author;
  const [, id] = parted(candidate);
  return (authorNamed(head) ?? head) === author || id.toLowerCase().startsWith(`${head}/`);
};

const makersOwn = (names: readonly string[], search: Search): FoundModel | undefined => {
  const own = names.filter((name) => isMaker(...parted(name), search));
  const [only] = own;
  return own.length === 1 && only !== undefined ? ofFullName(only, search) : undefined;
};

const ofFullName = (name: string, search: Search): FoundModel => {
  const [id, model] = parted(name);
  const provider = search.index.byId.get(id);
  if (provider === undefined) throw new Error(`The index names the provider ${id}, which it does not have.`);
  return settled(provider, model, search);
};

const parted = (name: string): readonly [string, string] => {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
};

const ambiguous = (name: string, names: readonly string[], { shows }: Search): ResolutionProblem => {
  const nearest = (shows === undefined ? names : names.filter(shows)).slice(0, 3);
  const example = nearest.length === 0 ? 'as provider/model' : nearest.map(quoted).join(', ');
  return {
    kind: 'unknown-model',
    nearest,
    message: `More than one provider has a model "${shortened(name)}". Name the provider too: ${example}.`,
  };
};

const noFamily = (name: string, search: Search): ResolutionProblem =>
  problem('unknown-model', name.replace(/^~/, '').replace(/-latest$/, ''), {
    search,
    said: `No ready provider has a model of the family "${shortened(name)}".`,
  });

const unknown = (name: string, search: Search): ResolutionProblem => {
  const slash = name.indexOf('/');
  if (slash < 0) {
    return problem('unknown-model', name, { search, said: `No provider has a model "${shortened(name)}".` });
  }
  const head = shortened(name.slice(0, slash));
  return problem('unknown-provider', name, {
    search,
    said: `There is no provider "${head}", and no provider lists "${shortened(name)}".`,
  });
};

const notConfigured = (provider: ActiveProvider, name: string, search: Search): ResolutionProblem =>
  problem('not-configured', name, {
    search,
    said: `${provider.entry.title} is not set up: ${provider.reason ?? 'it is switched off.'}`,
  });

const problem = (
  kind: ResolutionProblem['kind'],
  name: string,
  about: { readonly search: Search; readonly said: string },
): ResolutionProblem => {
  const nearest = nearestOf(name, about.search);
  const help =
    nearest.length === 0
      ? 'No model is listed; see `sluice providers`.'
      : `Nearest: ${nearest.map(quoted).join(', ')}.`;
  return { kind, nearest, message: `${about.said} ${help}` };
};

const missesKept = 500;
const misses = new WeakMap<NameIndex, Map<string, readonly string[]>>();

/** A client that asks for a name that is not there asks again, and the search goes through thousands. */
const nearestOf = (name: string, { index, shows }: Search): readonly string[] => {
  if (shows !== undefined) return nearestNames(name, index.names.filter(shows), suggested);
  const known = misses.get(index) ?? new Map<string, readonly string[]>();
  const kept = known.get(name);
  if (kept !== undefined) return kept;
  const found = nearestNames(name, index.names, suggested);
  if (known.size >= missesKept) known.clear();
  if (name.length <= longestKept) misses.set(index, known.set(name, found));
  return found;
};

const suggested = 3;
const longestKept = 300;

const quoted = (name: string): string => `"${name}"`;

const shortened = (name: string): string => (name.length > 80 ? `${name.slice(0, 80)}…` : name);
