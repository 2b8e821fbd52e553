/** Money that was paid before it is spent. Amounts are nano-dollars, times milliseconds since 1970. */
export interface Grant {
  readonly id: string;
  readonly nanoUsd: bigint;
  readonly fromMs: number;
  /** From then on, what is left of it is gone; absent: never. */
  readonly untilMs?: number;
}

export interface GrantNow {
  readonly grant: Grant;
  /** Neither spent nor set aside. Nothing once it has expired. */
  readonly leftNanoUsd: bigint;
  readonly expired: boolean;
}

export interface CreditsNow {
  /** What is spent from now on counts here. */
  readonly counter: string;
  /** What may stand on that counter. */
  readonly limitNanoUsd: bigint;
  readonly grants: readonly GrantNow[];
}

/** In names of counters: these are needed for as long as there are credits. */
export const creditsMark = '@credits:';

/** Where what is spent of credits counts, since the last time any of them expired. */
const counterOf = (id: string, sinceMs: number): string => `${id}${creditsMark}${sinceMs}`;

interface Left {
  readonly grant: Grant;
  nanoUsd: bigint;
}

/**
 * How credits stand at a moment. Each expiry begins another counter, so that what was spent before it is known for good: the rest follows from grants and
 * counters alone, whoever reads them and whenever. Grants that expire first are spent first. What answers cost beyond their holds is taken from the next.
 */
export const creditsNow = (
  { id, grants }: { readonly id: string; readonly grants: readonly Grant[] },
  atMs: number,
  standing: (counter: string) => bigint,
): CreditsNow => {
  const lefts = grants
    .filter(({ fromMs }) => fromMs <= atMs)
    .toSorted((one, other) => endOf(one) - endOf(other) || one.fromMs - other.fromMs)
    .map((grant): Left => ({ grant, nanoUsd: grant.nanoUsd }));
  const ends = [...new Set(lefts.map(({ grant }) => endOf(grant)).filter((end) => end <= atMs))];
  let sinceMs = 0;
  let owed = 0n;
  for (const end of ends) {
    const here = lefts.filter(({ grant }) => endOf(grant) > sinceMs && grant.fromMs < end);
    owed = take(here, owed + standing(counterOf(id, sinceMs)));
    sinceMs = end;
  }
  const alive = lefts.filter(({ grant }) => endOf(grant) > sinceMs);
  const limitNanoUsd = alive.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0n) - owed;
  const counter = counterOf(id, sinceMs);
  take(alive, owed + standing(counter));
  return {
    counter,
    limitNanoUsd,
    grants: lefts.map(({ grant, nanoUsd }) => {
      const expired = endOf(grant) <= atMs;
      return { grant, leftNanoUsd: expired ? 0n : nanoUsd, expired };
    }),
  };
};

const endOf = ({ untilMs }: Grant): number => untilMs ?? Number.POSITIVE_INFINITY;

/** Takes an amount out of grants, one after the other; gives back what none of them had. */
const take = (lefts: readonly Left[], nanoUsd: bigint): bigint => {
  let wanted = nanoUsd;
  for (const left of lefts) {
    const rest = left.nanoUsd - wanted;
    wanted = rest < 0n ? -rest : 0n;
    left.nanoUsd = rest < 0n ? 0n : rest;
  }
  return wanted;
};
