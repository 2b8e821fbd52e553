import { priceOn } from '../../../core/money/price.ts';
import type { Limiter } from '../../../ports/limiter.ts';
import type { Identified, Target } from '../records.ts';
import type { OutputBounds } from './open-hold.ts';

/**
 * Takes what the call needs of the caller's rate limits, once an exchange, at its first target. Throws `rate_limited`. A call that is refused before it is
 * sent gives it all back.
 */
export const takeRates = (
  { identity, settlement, bytes, config }: Identified,
  { target, bounds }: { readonly target: Target; readonly bounds: OutputBounds },
  limiter: Limiter,
): void => {
  const { limits } = identity;
  if (limits === undefined || limits.length === 0 || settlement.rates !== undefined) return;
  const { maxOutputTokens = usualOutputTokens, choices = 1 } = bounds;
  const admission = limiter.admit(limits, {
    target: `${target.provider.entry.id}/${target.model}`,
    free: limits.some(({ models }) => models !== undefined) && isFree(target, config.today()),
    inputTokens: Math.ceil(bytes.length / bytesPerToken),
    outputTokens: Math.min(maxOutputTokens, usualOutputTokens) * choices,
  });
  settlement.rates = admission;
  settlement.whenSettled(() => {
    const { attempts = 0, usage } = settlement.facts;
    if (attempts === 0) admission.cancel();
    else
      admission.settle(
        usage === undefined
          ? undefined
          : { inputTokens: usage.inputTokens ?? 0, outputTokens: usage.outputTokens ?? 0 },
      );
  });
};

/** Nobody's price is not a price of nothing. */
const isFree = ({ price }: Target, today: string): boolean => {
  const rates = price === undefined ? undefined : priceOn(price, today)?.standard.rates;
  return rates !== undefined && Object.values(rates).every((rate) => rate === 0);
};

/** English text has about four; code and other scripts fewer. */
const bytesPerToken = 3.5;
/** Most answers are shorter than what a client allows. */
const usualOutputTokens = 256;
