import { readUsd } from '../../core/money/read-usd.ts';
import { usdText } from '../../core/money/usd-text.ts';
import { invalid } from '../admin/invalid-object.ts';

/** Dollars as clients of other products send them, a float or text, as exact decimal text. A float's dust behind the ninth digit is rounded away. */
export const usdAsked = (value: unknown, field: string): string => {
  const read = readUsd(typeof value === 'number' ? withoutDust(value) : value);
  if ('problem' in read) throw invalid(field, read.problem);
  return usdText(read.nanoUsd);
};

const withoutDust = (value: number): number => {
  const rounded = Number(value.toFixed(9));
  // What is smaller than a nano-dollar is no dust of a larger amount.
  return rounded === 0 ? value : rounded;
};
