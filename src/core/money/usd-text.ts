const nanoPerUsd = 1_000_000_000n;

/** Dollars as decimal text, exactly: 1_250_000_000n is `1.25`, and -5n is `-0.000000005`. */
export const usdText = (nanoUsd: bigint): string => {
  const size = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = (size % nanoPerUsd).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = `${nanoUsd < 0n ? '-' : ''}${size / nanoPerUsd}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
};
