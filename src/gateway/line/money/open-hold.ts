import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Usage } from '../../../core/ir/index.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import { type HoldMode, holdSize } from '../../../core/ledger/hold-size.ts';
import { type Bill, billOf, type Terms } from '../../../core/money/bill.ts';
import { type PriceVersion, priceOn } from '../../../core/money/price.ts';
import { fitsAnyName } from '../../../core/policy/name-pattern.ts';
import type { Charge, Hold, Ledger } from '../../../ports/ledger.ts';
import type { Identified, Target } from '../records.ts';

/** The rules of money that hold in an installation. */
export interface MoneyRules {
  readonly mode: HoldMode;
  /** What happens to a call whose price nobody knows, when a budget counts it. `free`: it is charged nothing, because the operator says so. */
  readonly unknownPrice: 'refuse' | 'free';
  readonly terms: Terms;
}

export interface MoneyTools {
  readonly ledger: Ledger;
  readonly rules: MoneyRules;
}

/** What the request allows the answer to be. */
export interface OutputBounds {
  readonly maxOutputTokens?: number | undefined;
  readonly choices?: number | undefined;
  readonly streams?: boolean;
}

/**
 * Sets money aside for one attempt and writes down that it is sent; the exchange's end settles it. Throws `budget_exceeded`, `model_not_priced`
 * and `ledger_full`, and then nothing was set aside.
 */
export const openHold = (
  identified: Identified,
  to: { readonly target: Target; readonly bounds: OutputBounds },
  { ledger, rules }: MoneyTools,
): void => {
  const { identity, settlement, config, bytes } = identified;
  const { target, bounds } = to;
  const name = `${target.provider.entry.id}/${target.model}`;
  const price = target.price === undefined ? undefined : priceOn(target.price, config.today());
  const budgets = identity.budgets.filter((budget) => counts(budget, name));
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
  const hold = ledger.reserve({
    attemptId: `${settlement.requestId}-${(settlement.facts.attempts ?? 0) + 1}`,
    exchangeId: settlement.requestId,
    orgId: identity.orgId,
    target: name,
    priceVersion: versionName(price),
    scopes: identity.scopes,
    budgets,
    nanoUsd: size.nanoUsd,
    inputNanoUsd: size.inputNanoUsd,
  });
  // When it cannot be written down it is void already, and nothing is left to settle.
  hold.sent();
  settlement.holds(new PricedHold(hold, price, rules));
};

/** English text has about four; code and other scripts fewer. */
const bytesPerToken = 3.5;
const nothing = { nanoUsd: 0n, inputNanoUsd: 0n };

const counts = ({ models }: Budget, target: string): boolean => models === undefined || fitsAnyName(models, target);

const refuseUnpriced = (name: string, budgets: readonly Budget[], { unknownPrice }: MoneyRules): void => {
  if (unknownPrice === 'free' || budgets.every(({ soft }) => soft)) return;
  throw new GatewayError(
    'model_not_priced',
    `Nobody knows what "${name}" costs, and a budget counts it. Give it a price under \`models\` in the config file, or set money.unknown_price to "free".`,
    { param: 'model' },
  );
};

const versionName = (price: PriceVersion | undefined): string =>
  price === undefined ? 'unpriced' : `${price.validFrom ?? 'first'}:${price.sources.join('+')}`;

/** What an exchange ended with, as far as money goes. */
export interface MoneyEnd {
  readonly usage: Usage | undefined;
  /** The provider answered with an error, or was never reached: it bills nothing. */
  readonly unbilled: boolean;
  readonly reason?: string;
}

/** A hold with the price it was made at. */
export class PricedHold {
  readonly #hold: Hold;
  readonly #price: PriceVersion | undefined;
  readonly #rules: MoneyRules;

  constructor(hold: Hold, price: PriceVersion | undefined, rules: MoneyRules) {
    this.#hold = hold;
    this.#price = price;
    this.#rules = rules;
  }

  get attemptId(): string {
    return this.#hold.attemptId;
  }

  get priceVersion(): string {
    return versionName(this.#price);
  }

  /** Nothing was sent. */
  void(reason: string): void {
    this.#hold.void(reason);
  }

  /** Ends the hold with what was used. The bill is undefined when nobody knows a price. */
  end({ usage, unbilled, reason }: MoneyEnd): { readonly bill: Bill | undefined; readonly charge: Charge } {
    const why = reason === undefined ? {} : { reason };
    if (usage === undefined && unbilled) {
      const charge: Charge = { nanoUsd: 0n, source: 'none', ...why };
      this.#hold.settle(charge);
      return { bill: undefined, charge };
    }
    if (usage === undefined) return this.#estimate(why);
    const bill = this.#bill(usage);
    const charge: Charge = { nanoUsd: bill?.nanoUsd ?? 0n, source: 'provider', ...why };
    this.#hold.settle(charge);
    return { bill, charge };
  }

  #estimate(why: { readonly reason?: string }): { readonly bill: undefined; readonly charge: Charge } {
    const charge: Charge = { nanoUsd: this.#hold.inputNanoUsd, source: 'metered', ...why };
    this.#hold.estimate(charge);
    return { bill: undefined, charge };
  }

  #bill(usage: Usage): Bill | undefined {
    if (this.#price === undefined) return undefined;
    return billOf(usage, this.#price, { terms: this.#rules.terms });
  }
}
