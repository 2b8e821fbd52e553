import { type PriceUnit, unitsPerRate } from './price.ts';

/** A rate as US dollars for one token or one piece, exactly, as decimal text: 3_000_000_000 for `input` is `0.000003`. */
export const dollarsText = (rate: number, unit: PriceUnit): string => {
  const places = unitsPerRate(unit) === 1 ? 9 : 15;
  const digits = String(rate).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = digits.slice(0, -places);
  return fraction === '' ? whole : `${whole}.${fraction}`;
};
