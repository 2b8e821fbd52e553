/**
 * How much of each learner's word to take: non-negative least squares of what was seen on what each said without having seen it. `rounds` of
 * coordinate descent. Two standard errors of chance agreement are taken off first, so that a learner without skill gets nothing.
 */
export const nonnegativeWeights = (
  said: readonly Float64Array[],
  seen: Float64Array,
  rounds = 500,
): readonly number[] => {
  const products = said.map((one) => said.map((other) => product(one, other)));
  const rights = said.map((one) => product(one, seen));
  const scatter = Math.sqrt(product(seen, seen) / Math.max(seen.length, 1));
  const weights = said.map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    for (let one = 0; one < said.length; one += 1) {
      let rest = rights[one] ?? 0;
      for (let other = 0; other < said.length; other += 1)
        if (other !== one) rest -= (products[one]?.[other] ?? 0) * (weights[other] ?? 0);
      const own = products[one]?.[one] ?? 0;
      weights[one] = own > 0 ? Math.min(1.2, Math.max(0, (rest - 2 * scatter * Math.sqrt(own)) / own)) : 0;
    }
  }
  return weights;
};

const product = (one: Float64Array, other: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
};
