import type { Identified } from '../../../line/records.ts';
import { patternsOf, pluginNamed } from '../asked/plugin.ts';
import { ableModels, blendedUsd } from './able-models.ts';
import { nothingFits, type RouterName } from './router-names.ts';

/** The name by which the learned router is asked; models named after it are whom it may choose. */
const learnedChoice = 'auto';
const mostCandidates = 30;

/**
 * What `openrouter/auto` leads to: the model or route that the configuration names for it, unless the request's own lists leave it out; then the
 * cheapest that they leave. Where the configuration names none, the learned router chooses, among what the lists leave.
 */
export const chooseAuto = (identified: Identified, router: RouterName): readonly string[] => {
  const { body, config } = identified;
  const settings = pluginNamed(body, router === 'openrouter/auto-beta' ? 'auto-beta-router' : 'auto-router') ?? {};
  const allowed = patternsOf(settings['allowed_models'], 'plugins.allowed_models');
  const excluded = patternsOf(settings['excluded_models'], 'plugins.excluded_models');
  const fits = (name: string): boolean =>
    allowed?.some((pattern) => pattern.test(name)) !== false &&
    excluded?.some((pattern) => pattern.test(name)) !== true;
  const usual = config.routers?.auto;
  if (usual !== undefined && fits(usual)) return [usual];
  if (usual === undefined && allowed === undefined && excluded === undefined) return [learnedChoice];
  const left = ableModels(identified)
    .filter(({ id }) => fits(id))
    .map((model) => ({ id: model.id, usd: blendedUsd(model, config) }))
    .filter(({ usd }) => usd !== undefined)
    .toSorted((one, other) => (one.usd ?? 0) - (other.usd ?? 0));
  if (left.length === 0) throw nothingFits();
  if (usual === undefined) return [learnedChoice, ...left.slice(0, mostCandidates).map(({ id }) => id)];
  return left.slice(0, 3).map(({ id }) => id);
};
