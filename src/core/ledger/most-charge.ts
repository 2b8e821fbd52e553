/** No attempt is charged more (72 million dollars): a provider that counts nonsense must not make sums that no table can hold. */
export const mostChargeNanoUsd = 2n ** 56n;
