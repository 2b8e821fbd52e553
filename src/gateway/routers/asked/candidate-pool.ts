import { listedModels } from '../../../core/catalog/names/name-index.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isArray, type JsonObject } from '../../../core/json/json.ts';
import { fitsAnyName } from '../../../core/policy/name-pattern.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Identified } from '../../line/records.ts';
import { findOptionalTarget } from '../../line/stages/plan.ts';
import { type Candidate, candidateOf } from '../candidate.ts';
import { choosingName } from './choosing-names.ts';
import type { ChoiceWish } from './read-dial.ts';

/** More are not weighed for one request. */
const mostCandidates = 64;

/**
 * Who may be chosen: the models the request lists, else all that the ready providers list for chat, the youngest first; without those that its plugin
 * leaves out. Throws a 404 that names the filter which took the last one.
 */
export const candidatePool = (identified: Identified, wish: ChoiceWish): readonly Candidate[] => {
  const named = namedIn(identified.body).filter((name) => choosingName(name, identified.config) === undefined);
  const all = named.length > 0 ? ableNamed(named, identified) : ablesOf(identified);
  if (all.length === 0) throw nobodyLeft(named, named.length > 0 ? 'models' : 'price');
  const allowed = all.filter(
    ({ candidate }) => wish.allowed === undefined || fitsAnyName(wish.allowed, candidate.card.id),
  );
  if (allowed.length === 0) throw nobodyLeft(idsOf(all), 'allowed_models');
  const left = allowed.filter(({ candidate }) => !fitsAnyName(wish.excluded, candidate.card.id));
  if (left.length === 0) throw nobodyLeft(idsOf(allowed), 'excluded_models');
  return left.slice(0, mostCandidates).map(({ candidate }) => candidate);
};

const idsOf = (ables: readonly Able[]): readonly string[] => ables.map(({ candidate }) => candidate.card.id);

const ableNamed = (names: readonly string[], identified: Identified): readonly Able[] =>
  names.flatMap((name) => candidatesNamed(name, identified, true));

interface KnownAbles {
  readonly today: string;
  readonly byDoor: Map<string, readonly Able[]>;
}

// Thousands of models may be listed, and what is known of them changes with the configuration and the day.
const known = new WeakMap<CompiledConfig, KnownAbles>();

const ablesOf = (identified: Identified): readonly Able[] => {
  const { config, door } = identified;
  const today = config.today();
  const before = known.get(config);
  const kept = before?.today === today ? before : { today, byDoor: new Map<string, readonly Able[]>() };
  known.set(config, kept);
  const ready = kept.byDoor.get(door.request);
  if (ready !== undefined) return ready;
  const found = listedModels(config, today)
    .flatMap((name) => candidatesNamed(name, identified, false))
    .toSorted((one, other) => (one.releasedOn === other.releasedOn ? 0 : one.releasedOn < other.releasedOn ? 1 : -1));
  kept.byDoor.set(door.request, found);
  return found;
};

const namedIn = (body: JsonObject): readonly string[] => {
  const models = body['models'] ?? null;
  return isArray(models) ? [...new Set(models.filter((name) => typeof name === 'string'))] : [];
};

interface Able {
  readonly candidate: Candidate;
  readonly releasedOn: string;
}

/** A model the request names takes part whatever is known of it; of all others only those that chat and have a price. */
const candidatesNamed = (name: string, identified: Identified, isNamed: boolean): readonly Able[] => {
  const { config, door } = identified;
  const target = targetOf(name, identified);
  if (target === undefined) return [];
  const info = config.models.find(target.provider.entry.id, target.model);
  if (!isNamed && (info === undefined || info.mode !== 'chat' || info.price === undefined || door.operation !== 'chat'))
    return [];
  const candidate = candidateOf(config, { id: name, provider: target.provider.entry.id, model: target.model });
  return [{ candidate, releasedOn: info?.releasedOn ?? '' }];
};

const targetOf = (name: string, { config, door }: Identified): ReturnType<typeof findOptionalTarget> => {
  try {
    return findOptionalTarget(config, { model: name, operation: door.operation, door: door.request });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
};

const nobodyLeft = (gone: readonly string[], filter: string): GatewayError =>
  new GatewayError(
    'model_not_found',
    `No model is left to choose from (${filter}): it takes ${gone.slice(0, 5).join(', ')}${gone.length > 5 ? ' and others' : ''}.`,
    { param: 'model' },
  );
