const nanoPerUsd = 1_000_000_000;

/** Nano-dollars as the number of dollars that clients of other products read: exact as far as a float can be. */
export const usdNumber = (nanoUsd: bigint): number => Number(nanoUsd) / nanoPerUsd;
