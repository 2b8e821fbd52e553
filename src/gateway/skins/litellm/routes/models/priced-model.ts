import { type Resolution, resolveModel } from '../../../../../core/catalog/resolve.ts';
import { GatewayError } from '../../../../../core/errors/gateway-error.ts';
import { type PriceVersion, priceOn } from '../../../../../core/money/price.ts';
import type { SkinTools } from '../../skin-route.ts';

export type FoundModel = Extract<Resolution, { readonly kind: 'found' }>;

/** The model of a name. Throws `model_not_found`. */
export const modelNamed = (name: string, { config }: SkinTools): FoundModel => {
  const current = config();
  const found = resolveModel(name, current, { today: current.today() });
  if (found.kind !== 'found') throw new GatewayError('model_not_found', found.message, { param: 'model' });
  return found;
};

/** Its price today. Throws `not_found` too. */
export const pricedModel = (
  name: string,
  tools: SkinTools,
): { readonly found: FoundModel; readonly price: PriceVersion } => {
  const found = modelNamed(name, tools);
  const price = found.info?.price === undefined ? undefined : priceOn(found.info.price, tools.config().today());
  if (price === undefined)
    throw new GatewayError('not_found', `Nobody knows what "${name.slice(0, 200)}" costs.`, { param: 'model' });
  return { found, price };
};
