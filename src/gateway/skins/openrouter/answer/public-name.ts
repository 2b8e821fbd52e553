import type { ModelInfo } from '../../../../core/catalog/models/model-info.ts';
import { resolveModel } from '../../../../core/catalog/resolve.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';

interface Names {
  readonly today: string;
  readonly byTarget: Map<string, string>;
  readonly byCanonical: Map<string, boolean>;
}

const memory = new WeakMap<CompiledConfig, Names>();

const namesOf = (config: CompiledConfig): Names => {
  const today = config.today();
  const known = memory.get(config);
  if (known?.today === today) return known;
  const made: Names = { today, byTarget: new Map(), byCanonical: new Map() };
  memory.set(config, made);
  return made;
};

/** Clients choose names, and their targets are remembered; there is an end to it. */
const mostNames = 20_000;

/** `author/slug` of a model, whoever serves it. */
export const canonicalSlug = ({ author, provider, id }: Pick<ModelInfo, 'author' | 'provider' | 'id'>): string =>
  `${author ?? provider}/${id.slice(id.lastIndexOf('/') + 1)}`;

/**
 * What a target is called at this face: `author/slug` where that name leads to the model, so that all who serve it share one, else
 * `provider/model`. Either can be sent back as `model`.
 */
export const publicName = (config: CompiledConfig, provider: string, model: string): string => {
  const names = namesOf(config);
  const own = `${provider}/${model}`;
  const known = names.byTarget.get(own);
  if (known !== undefined) return known;
  const info = config.models.find(provider, model);
  // Without a maker's name its own is as good as any.
  const canonical = info?.author === undefined ? undefined : canonicalSlug(info);
  const name = canonical !== undefined && leadsToItself(canonical, config, names) ? canonical : own;
  if (names.byTarget.size >= mostNames) names.byTarget.clear();
  names.byTarget.set(own, name);
  return name;
};

const leadsToItself = (canonical: string, config: CompiledConfig, { today, byCanonical }: Names): boolean => {
  const known = byCanonical.get(canonical);
  if (known !== undefined) return known;
  const found = resolveModel(canonical, config, { today });
  const leads = found.kind === 'found' && found.info !== undefined && canonicalSlug(found.info) === canonical;
  if (byCanonical.size >= mostNames) byCanonical.clear();
  byCanonical.set(canonical, leads);
  return leads;
};
