import { GatewayError } from '../../../../core/errors/gateway-error.ts';
import type { Identified } from '../../../line/records.ts';
import { patternsOf, pluginNamed } from '../asked/plugin.ts';
import { ableModels, blendedUsd } from './able-models.ts';
import { nothingFits, type RouterName } from './router-names.ts';

/**
 * What `openrouter/auto` leads to: the model or route that the configuration names for it, unless the request's own lists leave it out; then the
 * cheapest that they leave. A chooser that learns takes the place of this function.
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
  if (allowed === undefined && excluded === undefined)
    throw new GatewayError(
      'model_not_found',
      `"${router}" leads nowhere here: name the model or route it stands for in routers.auto of the config file.`,
      { param: 'model' },
    );
  const left = ableModels(identified)
    .filter(({ id }) => fits(id))
    .map((model) => ({ id: model.id, usd: blendedUsd(model, config) }))
    .filter(({ usd }) => usd !== undefined)
    .toSorted((one, other) => (one.usd ?? 0) - (other.usd ?? 0));
  if (left.length === 0) throw nothingFits();
  return left.slice(0, 3).map(({ id }) => id);
};
