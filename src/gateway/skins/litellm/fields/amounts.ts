import { readUsd } from '../../../../core/money/read-usd.ts';
import { usdText } from '../../../../core/money/usd-text.ts';
import { invalid } from '../../../admin/invalid-object.ts';

/** Dollars as LiteLLM's clients send them, a float or text, as exact decimal text. A float's dust behind the ninth digit is rounded away. */
export const usdOf = (value: unknown, field: string): string => {
  const read = readUsd(typeof value === 'number' ? withoutDust(value) : value);
  if ('problem' in read) throw invalid(field, read.problem);
  return usdText(read.nanoUsd);
};

const withoutDust = (value: number): number => {
  const rounded = Number(value.toFixed(9));
  // What is smaller than a nano-dollar is no dust of a larger amount.
  return rounded === 0 ? value : rounded;
};

const nanoPerUsd = 1_000_000_000;

/** Nano-dollars as the float that LiteLLM's clients read: exact as far as a float can be. */
export const floatOf = (nanoUsd: bigint): number => Number(nanoUsd) / nanoPerUsd;

export const floatOfUsd = (usd: string): number => Number(usd);
