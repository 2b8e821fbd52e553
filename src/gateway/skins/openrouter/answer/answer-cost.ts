import { type Bill, billOf } from '../../../../core/money/bill.ts';
import { type PriceUnit, priceOn } from '../../../../core/money/price.ts';
import { usdNumber } from '../../../../core/money/usd-number.ts';
import type { CompiledConfig } from '../../../compiled-config.ts';
import type { Settlement } from '../../../line/settlement.ts';

/** Dollars. `cost` is what the caller is charged; the rest is what the provider asks for it, in its two parts. */
export interface AnswerCost {
  readonly cost: number;
  readonly upstream: number;
  readonly prompt: number;
  readonly completion: number;
}

const written: ReadonlySet<PriceUnit> = new Set(['output', 'reasoning', 'audio-output', 'image-output']);

/** What an answer came to; undefined when nobody knows a price. Where no books are kept it is worked out from the list price. */
export const answerCost = (settlement: Settlement, config: CompiledConfig): AnswerCost | undefined => {
  const { nanoUsd } = settlement.facts;
  const bill = settlement.bill ?? listBill(settlement, config);
  const charged = nanoUsd ?? bill?.nanoUsd;
  if (charged === undefined) return undefined;
  const completion = bill?.lines.reduce((sum, line) => (written.has(line.unit) ? sum + line.nanoUsd : sum), 0n) ?? 0n;
  const upstream = bill?.listNanoUsd ?? charged;
  return {
    cost: usdNumber(charged),
    upstream: usdNumber(upstream),
    prompt: usdNumber(upstream - completion),
    completion: usdNumber(completion),
  };
};

const listBill = ({ facts }: Settlement, config: CompiledConfig): Bill | undefined => {
  const { usage, provider, model } = facts;
  if (usage === undefined || provider === undefined || model === undefined) return undefined;
  const price = config.models.find(provider, model)?.price;
  const version = price === undefined ? undefined : priceOn(price, config.today());
  return version === undefined ? undefined : billOf(usage, version);
};
