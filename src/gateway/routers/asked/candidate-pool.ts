import { allowsModel } from '../../../core/access/key-policy.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isArray, type JsonObject } from '../../../core/json/json.ts';
import { fitsAnyName } from '../../../core/policy/name-pattern.ts';
import type { Identified } from '../../line/records.ts';
import { findOptionalTarget } from '../../line/stages/plan.ts';
import { type Candidate, candidateOf } from '../candidate.ts';
import { bestRanked, type OpenCandidate, openPool } from '../open-pool.ts';
import { choosingName } from './choosing-names.ts';
import type { ChoiceWish } from './read-wish.ts';

/** More are not weighed for one request. */
const mostCandidates = 64;

/**
 * Who may be chosen: the models the request lists, else those of the open pool that the key may use and this door can call; without those that its
 * plugin leaves out. Throws a 404 that names the filter which took the last one.
 */
export const candidatePool = (identified: Identified, wish: ChoiceWish): readonly Candidate[] => {
  const named = namedIn(identified.body).filter((name) => choosingName(name, identified.config) === undefined);
  const all = named.length > 0 ? namedPool(named, identified) : unnamedPool(identified);
  const allowed = all.filter(({ card }) => wish.allowed === undefined || fitsAnyName(wish.allowed, card.id));
  if (allowed.length === 0) throw nobodyLeft('allowed_models', `it leaves out ${shownNames(idsOf(all))}`);
  const left = allowed.filter(({ card }) => !fitsAnyName(wish.excluded, card.id));
  if (left.length === 0) throw nobodyLeft('excluded_models', `it leaves out ${shownNames(idsOf(allowed))}`);
  return left.slice(0, mostCandidates);
};

const idsOf = (candidates: readonly Candidate[]): readonly string[] => candidates.map(({ card }) => card.id);

const namedIn = (body: JsonObject): readonly string[] => {
  const models = body['models'] ?? null;
  return isArray(models) ? [...new Set(models.filter((name) => typeof name === 'string'))] : [];
};

/** A model the request names takes part whatever is known of it. */
const namedPool = (names: readonly string[], identified: Identified): readonly Candidate[] => {
  const pool = callableAmong(names, identified);
  if (pool.length === 0) throw nobodyLeft('models', `${shownNames(names)} cannot be called here`);
  return pool;
};

/** Those of some names that lead to a model this door can call. */
export const callableAmong = (names: readonly string[], identified: Identified): readonly Candidate[] =>
  names.slice(0, mostCandidates).flatMap((name) => {
    const target = targetOf(name, identified);
    if (target === undefined) return [];
    return [candidateOf(identified.config, { id: name, provider: target.provider.entry.id, model: target.model })];
  });

const unnamedPool = (identified: Identified): readonly Candidate[] => {
  const { identity } = identified;
  const callable = callableOf(identified);
  if (callable.length === 0) throw nobodyLeft('providers', 'no provider that is ready has a model that chats');
  const usable = callable.filter(({ candidate }) => allowsModel(identity.policy?.models, candidate.names));
  if (usable.length === 0) throw nobodyLeft('forbidden', 'the key may use none of the models that chat');
  return bestRanked(usable).map(({ candidate }) => candidate);
};

const callable = new WeakMap<readonly OpenCandidate[], Map<string, readonly OpenCandidate[]>>();

/** Those of the open pool that a door can call; found once for each door. */
const callableOf = (identified: Identified): readonly OpenCandidate[] => {
  const pool = openPool(identified.config);
  const byDoor = callable.get(pool) ?? new Map<string, readonly OpenCandidate[]>();
  callable.set(pool, byDoor);
  const ready = byDoor.get(identified.door.request);
  if (ready !== undefined) return ready;
  const found = pool.filter(({ candidate }) => targetOf(candidate.card.id, identified) !== undefined);
  byDoor.set(identified.door.request, found);
  return found;
};

const targetOf = (name: string, { config, door }: Identified): ReturnType<typeof findOptionalTarget> => {
  try {
    return findOptionalTarget(config, { model: name, operation: door.operation, door: door.request });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
};

const shownNames = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and others' : ''}`;

const nobodyLeft = (filter: string, why: string): GatewayError =>
  new GatewayError('model_not_found', `No model is left to choose from (${filter}): ${why}.`, { param: 'model' });
