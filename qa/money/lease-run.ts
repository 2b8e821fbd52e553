import { budgetNow } from '../../src/core/ledger/budget.ts';
import { forgiveSilent, LeaseNode } from './lease-node.ts';
import { LeaseWorld, type WorldOptions } from './lease-world.ts';

const minute = 60_000;
const usualMs = 6 * minute;

/** One history of several nodes with budgets in common: everything that can go wrong does, and at the end all is counted. */
export const runLeases = (options: WorldOptions): LeaseWorld => {
  const world = new LeaseWorld(options);
  const { dice } = world;
  const nodes = Array.from({ length: 2 + dice.below(3) }, (_, at) => new LeaseNode(world, `n${at + 1}`));
  const endMs = world.nowMs + (options.ms ?? usualMs);
  disturb(world, nodes, endMs);
  if (options.expires) expireNowAndThen(world, nodes);
  world.runUntil(endMs);
  if (world.violations.length > 0) return world;
  world.authority.up = true;
  for (const node of nodes) node.end();
  account(world);
  return world;
};

const disturb = (world: LeaseWorld, nodes: readonly LeaseNode[], endMs: number): void => {
  const { dice, authority } = world;
  world.after(2000 + dice.below(20_000), () => {
    const node = dice.pick(nodes);
    const what = dice.below(10);
    if (what < 2) node.cut(dice.below(120_000));
    else if (what < 4) node.pause(dice.below(dice.chance(0.5) ? 5000 : 90_000));
    else if (what < 6 && node.alive) node.kill(dice.chance(0.8));
    else if (what < 8 && authority.up) {
      authority.up = false;
      world.after(dice.below(dice.chance(0.5) ? 3000 : 60_000), () => {
        authority.up = true;
      });
    } else change(world);
    if (world.nowMs < endMs) disturb(world, nodes, endMs);
  });
};

/** An operator raises a limit, or lowers one. */
const change = (world: LeaseWorld): void => {
  const { dice } = world;
  const at = dice.below(world.budgets.length);
  world.budgets = world.budgets.map((budget, index) => {
    if (index !== at) return budget;
    const changed = { ...budget, limitNanoUsd: (budget.limitNanoUsd * BigInt(50 + dice.below(100))) / 100n };
    world.limited(budgetNow(changed, world.nowMs).counter, changed.limitNanoUsd);
    return changed;
  });
};

const expireNowAndThen = (world: LeaseWorld, nodes: readonly LeaseNode[]): void => {
  world.after(3000, () => {
    if (world.authority.up) forgiveSilent(world, nodes);
    expireNowAndThen(world, nodes);
  });
};

/** When all is over nothing is held, and what is settled is the sum of all ends, each once. */
const account = (world: LeaseWorld): void => {
  const { authority, finals, violations } = world;
  for (const [counter, { held }] of authority.counters)
    if (held !== 0n) violations.push(`${counter}: ${held} is held by nobody`);
  for (const [attempt, nanoUsd] of finals)
    if (authority.entries.get(attempt) !== nanoUsd)
      violations.push(`${attempt} is written down as ${authority.entries.get(attempt)}, not ${nanoUsd}`);
  if (authority.entries.size !== finals.size)
    violations.push(`${authority.entries.size} entries for ${finals.size} ends`);
};
