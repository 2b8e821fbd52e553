import { factsOfModel } from '../../core/catalog/models/facts-of-model.ts';
import { indexOf, listedModels } from '../../core/catalog/names/name-index.ts';
import { inProcessScheme } from '../../core/catalog/provider.ts';
import type { CompiledConfig } from '../compiled-config.ts';
import { type Candidate, candidateOf } from './candidate.ts';

/** What is taken of the pool: models whose price is listed, else others, and what answers without any model only where nothing else is there. */
const ranks = ['priced', 'unpriced', 'inside'] as const;

export interface OpenCandidate {
  readonly candidate: Candidate;
  readonly rank: (typeof ranks)[number];
  readonly releasedOn: string;
}

// Thousands of models may be listed, and what is known of them changes with the configuration and the day.
const made = new WeakMap<CompiledConfig, { readonly today: string; readonly pool: readonly OpenCandidate[] }>();

/** Who may be chosen where a request lists nobody: all that the ready providers list for chat, the youngest first. */
export const openPool = (config: CompiledConfig): readonly OpenCandidate[] => {
  const today = config.today();
  const known = made.get(config);
  if (known?.today === today) return known.pool;
  const pool = listedModels(config, today)
    .flatMap((name) => openCandidates(config, name))
    .toSorted((one, other) => (one.releasedOn === other.releasedOn ? 0 : one.releasedOn < other.releasedOn ? 1 : -1));
  made.set(config, { today, pool });
  return pool;
};

/** Those of the best rank that is there. */
export const bestRanked = (pool: readonly OpenCandidate[]): readonly OpenCandidate[] => {
  const best = ranks.find((rank) => pool.some((one) => one.rank === rank));
  return pool.filter(({ rank }) => rank === best);
};

const openCandidates = (config: CompiledConfig, name: string): readonly OpenCandidate[] => {
  const slash = name.indexOf('/');
  const [provider, id] = [name.slice(0, slash), name.slice(slash + 1)];
  if (factsOfModel(config, { provider, id }).mode !== 'chat') return [];
  const info = config.models.find(provider, id);
  const isInside = indexOf(config).byId.get(provider)?.entry.baseUrl.startsWith(inProcessScheme) === true;
  const rank = isInside ? 'inside' : info?.price === undefined ? 'unpriced' : 'priced';
  return [
    { candidate: candidateOf(config, { id: name, provider, model: id }), rank, releasedOn: info?.releasedOn ?? '' },
  ];
};
