import type { ActiveProvider } from './active-provider.ts';
import { editDistance } from './edit-distance.ts';
import { modelMatches } from './model-pattern.ts';

export type Resolution =
  | { readonly kind: 'found'; readonly provider: ActiveProvider; readonly model: string }
  | ResolutionProblem;

export interface ResolutionProblem {
  readonly kind: 'unknown-provider' | 'unknown-model' | 'not-configured';
  /** Up to three names that work, best first. */
  readonly nearest: readonly string[];
  /** What was wrong and what to do. */
  readonly message: string;
}

/**
 * Finds the provider and the provider's own model id behind a name. `provider/model` always works (the model may hold slashes and colons);
 * a bare name works when one ready provider lists it, or when its form can only belong to one. `models/`, as Gemini's clients write it, is
 * passed over.
 */
export const resolveModel = (name: string, providers: readonly ActiveProvider[]): Resolution => {
  const asked = name.startsWith('models/') ? name.slice('models/'.length) : name;
  const index = indexOf(providers);
  const slash = asked.indexOf('/');
  const head = slash < 0 ? undefined : providerNamed(asked, slash, index);
  if (head !== undefined) return ofProvider(head, asked.slice(slash + 1), index);
  return ofBareName(asked, index);
};

/** What stands before the slash: an id, or another name of a provider unless the whole is a model some provider lists (`moonshotai/Kimi-K2.6`). */
const providerNamed = (asked: string, slash: number, index: ModelIndex): ActiveProvider | undefined => {
  const head = asked.slice(0, slash);
  return index.byId.get(head) ?? (index.listedBy.has(asked) ? undefined : index.byAlias.get(head));
};

/** Names worth showing: what the ready providers list, as `provider/model`. */
export const listedModels = (providers: readonly ActiveProvider[]): readonly string[] => indexOf(providers).names;

interface ModelIndex {
  readonly providers: readonly ActiveProvider[];
  readonly byId: ReadonlyMap<string, ActiveProvider>;
  readonly byAlias: ReadonlyMap<string, ActiveProvider>;
  /** Bare model id → the ready providers that list it. */
  readonly listedBy: ReadonlyMap<string, readonly ActiveProvider[]>;
  readonly names: readonly string[];
}

// One index for each list of providers: the list is replaced whole when the configuration changes, and the old index goes with it.
const indexes = new WeakMap<readonly ActiveProvider[], ModelIndex>();

const indexOf = (providers: readonly ActiveProvider[]): ModelIndex => {
  const known = indexes.get(providers);
  if (known !== undefined) return known;
  const ready = providers.filter((provider) => provider.ready);
  const listedBy = new Map<string, ActiveProvider[]>();
  for (const provider of ready) {
    for (const model of provider.entry.models ?? []) {
      const others = listedBy.get(model);
      if (others === undefined) listedBy.set(model, [provider]);
      else others.push(provider);
    }
  }
  const index: ModelIndex = {
    providers,
    byId: new Map(providers.map((provider) => [provider.entry.id, provider])),
    byAlias: new Map(
      providers.flatMap((provider) => (provider.entry.aliases ?? []).map((alias) => [alias, provider] as const)),
    ),
    listedBy,
    names: ready.flatMap(({ entry }) => (entry.models ?? []).map((model) => `${entry.id}/${model}`)),
  };
  indexes.set(providers, index);
  return index;
};

const ofProvider = (provider: ActiveProvider, model: string, index: ModelIndex): Resolution => {
  const { entry } = provider;
  const full = `${entry.id}/${model}`;
  if (!provider.ready) return notConfigured(provider, full, index);
  if (model === '') {
    return problem('unknown-model', full, { index, said: `"${full}" names no model after "${entry.id}/".` });
  }
  if (entry.closed === true && !(entry.models ?? []).includes(model)) {
    return problem('unknown-model', full, { index, said: `${entry.title} has no model "${model}".` });
  }
  return { kind: 'found', provider, model };
};

const ofBareName = (name: string, index: ModelIndex): Resolution => {
  const listed = index.listedBy.get(name) ?? [];
  const owners = index.providers.filter(({ entry }) => entry.owns !== undefined && modelMatches(entry.owns, name));
  const candidates = listed.length > 0 ? listed : owners.filter((owner) => owner.ready);
  const [first, second] = candidates;
  if (first !== undefined && second === undefined) return { kind: 'found', provider: first, model: name };
  const owner = candidates.find((candidate) => owners.includes(candidate));
  if (owner !== undefined) return { kind: 'found', provider: owner, model: name };
  if (first !== undefined) return ambiguous(name, candidates);
  if (owners[0] !== undefined) return notConfigured(owners[0], name, index);
  return unknown(name, index);
};

const ambiguous = (name: string, candidates: readonly ActiveProvider[]): ResolutionProblem => {
  const nearest = candidates.map(({ entry }) => `${entry.id}/${name}`).slice(0, 3);
  return {
    kind: 'unknown-model',
    nearest,
    message: `More than one provider has a model "${name}". Name the provider too: ${nearest.map(quoted).join(', ')}.`,
  };
};

const unknown = (name: string, index: ModelIndex): ResolutionProblem => {
  const slash = name.indexOf('/');
  if (slash < 0) {
    return problem('unknown-model', name, { index, said: `No provider has a model "${shortened(name)}".` });
  }
  const head = shortened(name.slice(0, slash));
  return problem('unknown-provider', name, {
    index,
    said: `There is no provider "${head}", and no provider lists "${shortened(name)}".`,
  });
};

const notConfigured = (provider: ActiveProvider, name: string, index: ModelIndex): ResolutionProblem =>
  problem('not-configured', name, {
    index,
    said: `${provider.entry.title} is not set up: ${provider.reason ?? 'it is switched off.'}`,
  });

const problem = (
  kind: ResolutionProblem['kind'],
  name: string,
  about: { readonly index: ModelIndex; readonly said: string },
): ResolutionProblem => {
  const nearest = nearestNames(name, about.index.names);
  const help =
    nearest.length === 0
      ? 'No model is listed; see `sluice providers`.'
      : `Nearest: ${nearest.map(quoted).join(', ')}.`;
  return { kind, nearest, message: `${about.said} ${help}` };
};

/** A client may have left out the provider or written it wrong, so a candidate counts by its full name or its model alone, whichever is nearer. */
const nearestNames = (name: string, known: readonly string[]): readonly string[] => {
  const asked = name.slice(0, 100);
  const askedModel = asked.slice(asked.indexOf('/') + 1);
  return known
    .map((candidate) => {
      const alone = editDistance(askedModel, candidate.slice(candidate.indexOf('/') + 1));
      return { candidate, distance: Math.min(editDistance(asked, candidate), alone + 0.25) };
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
};

const quoted = (name: string): string => `"${name}"`;

const shortened = (name: string): string => (name.length > 80 ? `${name.slice(0, 80)}…` : name);
