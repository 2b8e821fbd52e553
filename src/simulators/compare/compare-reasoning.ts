import type { SimulatedReasoning } from '../simulated-request.ts';

/** Widest span of thinking tokens an effort may reasonably stand for. */
const spans: Readonly<Record<string, readonly [number, number]>> = {
  minimal: [0, 2048],
  low: [512, 6144],
  medium: [2048, 20_000],
  high: [8192, 65_536],
  xhigh: [16_384, 262_144],
  max: [16_384, 262_144],
};

const off = (reasoning: SimulatedReasoning | undefined): boolean =>
  reasoning?.enabled === false || reasoning?.effort === 'none';

/** Whether the request says how much to think; leaving it to the model says nothing. */
const measured = (reasoning: SimulatedReasoning | undefined): boolean =>
  reasoning?.effort !== undefined ||
  reasoning?.budgetTokens !== undefined ||
  (reasoning?.enabled !== undefined && reasoning.adaptive !== true);

/** Whether the amounts of thinking agree; each wire has its own measure. */
export const compareReasoning = (
  a: SimulatedReasoning | undefined,
  b: SimulatedReasoning | undefined,
  found: string[],
): void => {
  if (off(a) || off(b)) {
    if (off(a) !== off(b)) found.push('reasoning.enabled');
    return;
  }
  if (measured(a) !== measured(b)) {
    found.push('reasoning');
    return;
  }
  if (a?.effort !== undefined && b?.effort !== undefined) {
    if (a.effort !== b.effort) found.push('reasoning.effort');
  } else if (a?.budgetTokens !== undefined && b?.budgetTokens !== undefined) {
    if (a.budgetTokens !== b.budgetTokens) found.push('reasoning.budgetTokens');
  } else if (!spansAgree(a, b)) found.push('reasoning.effort');
  if (shows(a) !== undefined && shows(b) !== undefined && shows(a) !== shows(b)) found.push('reasoning.show');
};

const spansAgree = (a: SimulatedReasoning | undefined, b: SimulatedReasoning | undefined): boolean => {
  const effort = a?.effort ?? b?.effort;
  const tokens = a?.budgetTokens ?? b?.budgetTokens;
  if (effort === undefined || tokens === undefined) return true;
  const [from, to] = spans[effort] ?? [0, Number.POSITIVE_INFINITY];
  return tokens >= from && tokens <= to;
};

const shows = (reasoning: SimulatedReasoning | undefined): boolean | undefined => {
  if (reasoning?.show === undefined) return undefined;
  return reasoning.show !== 'false' && reasoning.show !== 'omitted';
};
