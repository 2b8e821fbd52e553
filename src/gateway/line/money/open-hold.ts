import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import { holdSize } from '../../../core/ledger/hold-size.ts';
import { type PriceVersion, priceOn } from '../../../core/money/price.ts';
import { promptTexts } from '../../../core/money/prompt-texts.ts';
import { fitsAnyName } from '../../../core/policy/name-pattern.ts';
import type { HoldAsk } from '../../../ports/ledger.ts';
import type { Identified, Target } from '../records.ts';
import type { MoneyRules, MoneyTools } from './money-rules.ts';
import { PricedHold } from './priced-hold.ts';

/** What the request allows the answer to be. */
export interface OutputBounds {
  readonly maxOutputTokens?: number | undefined;
  readonly choices?: number | undefined;
  readonly streams?: boolean;
}

/**
 * Sets money aside for one attempt and writes down that it is sent; the exchange's end settles it. A promise only where budgets are shared with other nodes
 * and this one must ask for more first. Throws `budget_exceeded`, `model_not_priced`
 * and `ledger_full`, and then nothing was set aside.
 */
export const openHold = (
  identified: Identified,
  to: { readonly target: Target; readonly bounds: OutputBounds },
  tools: MoneyTools,
): Promise<void> | undefined => {
  const { ledger, rules } = tools;
  const { identity, settlement, config, bytes } = identified;
  const { target, bounds } = to;
  const name = `${target.provider.entry.id}/${target.model}`;
  const known = target.price === undefined ? undefined : priceOn(target.price, config.today());
  const price = known ?? rules.ceiling;
  const own = identity.budgets.filter((budget) => counts(budget, name));
  const { budgets: ofProvider } = target.provider;
  const counted = ofProvider === undefined ? own : [...own, ...ofProvider.filter((budget) => counts(budget, name))];
  const budgets = rules.mode === 'soft' ? counted.map(softened) : counted;
  if (price === undefined) refuseUnpriced(name, budgets, rules);
  const inputTokens = Math.ceil(bytes.length / bytesPerToken);
  const { maxOutputTokens = target.manners.maxOutputTokens, choices = 1, streams = false } = bounds;
  const size =
    price === undefined
      ? nothing
      : holdSize(
          rules.mode,
          { inputBytes: bytes.length, inputTokens, maxOutputTokens, choices, streams },
          price,
          rules,
        );
  const ask: HoldAsk = {
    attemptId: `${settlement.requestId}-${(settlement.facts.attempts ?? 0) + 1}`,
    exchangeId: settlement.requestId,
    orgId: identity.orgId,
    target: name,
    priceVersion: rules.names.of(price),
    scopes: identity.scopes,
    budgets,
    nanoUsd: size.nanoUsd,
    inputNanoUsd: size.inputNanoUsd,
  };
  const sized = { ask, price, model: target.model, sliceNanoUsd: size.sliceNanoUsd };
  const waits = ledger.ready(ask);
  if (waits === undefined) {
    setAside(identified, sized, tools);
    return undefined;
  }
  return waits.then(() => {
    if (identified.cancellation.cancelled) throw identified.cancellation.failure();
    setAside(identified, sized, tools);
  });
};

interface SizedAsk {
  readonly ask: HoldAsk;
  readonly price: PriceVersion | undefined;
  readonly model: string;
  readonly sliceNanoUsd: bigint;
}

const setAside = (
  { settlement, body }: Identified,
  { ask, price, model, sliceNanoUsd }: SizedAsk,
  { ledger, rules, tokenizer }: MoneyTools,
): void => {
  const hold = ledger.reserve(ask);
  // When it cannot be written down it is void already, and nothing is left to settle.
  hold.sent();
  const prompt = () => promptTexts(body);
  const limited = ask.budgets.some(({ soft }) => !soft);
  settlement.holds(new PricedHold(hold, { price, rules, tokenizer, model, prompt, sliceNanoUsd, limited }));
};

/** English text has about four; code and other scripts fewer. */
const bytesPerToken = 3.5;
const nothing = { nanoUsd: 0n, inputNanoUsd: 0n, sliceNanoUsd: 0n };

const counts = ({ models }: Budget, target: string): boolean => models === undefined || fitsAnyName(models, target);

/** Where holds are soft, no budget refuses. */
const softened = (budget: Budget): Budget => (budget.soft ? budget : { ...budget, soft: true });

const refuseUnpriced = (name: string, budgets: readonly Budget[], { unknownPrice }: MoneyRules): void => {
  if (unknownPrice === 'free' || budgets.every(({ soft }) => soft)) return;
  throw new GatewayError(
    'model_not_priced',
    `Nobody knows what "${name}" costs, and a budget counts it. Give it a price under \`models\` in the config file, say \`free: true\` at its provider, or set money.unknown_price to "ceiling" or "free".`,
    { param: 'model' },
  );
};
