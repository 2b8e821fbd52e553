import type { Usage } from '../ir/index.ts';
import { type Json, numberAt } from '../json/json.ts';
import type { PieceUnit, PriceService } from '../money/price.ts';

type Pieces = Partial<Record<PieceUnit, number>>;

/** What an answer tells of its price beside token counts. */
export interface Served {
  readonly tier?: Json | undefined;
  readonly pieces?: Readonly<Partial<Record<PieceUnit, number | undefined>>> | undefined;
}

/** Words of providers for ways of serving that have another price; all others are standard. */
const services: ReadonlyMap<string, PriceService> = new Map([
  ['flex', 'flex'],
  ['on_demand_flex', 'flex'],
  ['priority', 'priority'],
  ['on_demand_priority', 'priority'],
  ['performance', 'priority'],
  ['batch', 'batch'],
  ['fast', 'fast'],
]);

/** Adds to the counts how the call was served and what it used by the piece. What is standard, and pieces nobody used, leave no trace. */
export const withServed = (usage: Usage, { tier, pieces }: Served): Usage => {
  const service = typeof tier === 'string' ? services.get(tier.toLowerCase()) : undefined;
  const used = pieces === undefined ? undefined : usedPieces(pieces);
  if (service === undefined && used === undefined) return usage;
  return {
    ...usage,
    ...(used === undefined ? {} : { pieces: { ...usage.pieces, ...used } }),
    ...(service === undefined ? {} : { service }),
  };
};

const usedPieces = (pieces: NonNullable<Served['pieces']>): Pieces | undefined => {
  let used: Pieces | undefined;
  for (const [unit, count] of Object.entries(pieces)) {
    if (count === undefined || !(count > 0)) continue;
    used ??= {};
    used[unit as PieceUnit] = count;
  }
  return used;
};

/** The sum of those members that are numbers; undefined when none is. */
export const sumOf = (value: Json | undefined, names: readonly string[]): number | undefined => {
  const counts = names.map((name) => numberAt(value, name)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
};
