// Many lives of the money core, each with random calls, jumping clocks, a disk that fills and forgets, kills and power cuts, against a reckoning of its own.
// Then many nodes that share budgets by leases: nothing is spent beyond a limit, lost or charged twice, and no lease is left over. Every life can be led again
// from its seed. `bun qa/sim.ts [--seeds 1000] [--seed FIRST] [--leases 200]`
import { parseArgs } from 'node:util';
import { Dice } from './fuzz/dice.ts';
import { leaseHistories } from './money/lease-histories.ts';
import { SimProcess, type SimWorld } from './money/sim-run.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    leases: { type: 'string', default: '200' },
  },
});
const seeds = Number(values.seeds);
const firstSeed = Number(values.seed);

const live = async (seed: number): Promise<SimWorld> => {
  const dice = new Dice(seed);
  const nowMs = Date.parse('2026-03-28T20:00:00Z');
  const world: SimWorld = { dice, violations: [], trace: [], nowMs, attempts: 0, past: [], promised: new Map() };
  const processes = 1 + dice.below(4);
  for (let epoch = 1; epoch <= processes; epoch++) await new SimProcess(world, epoch).run(10 + dice.below(60));
  return world;
};

let [violations, replayDiff, attempts, promised] = [0, 0, 0, 0];
const failed: number[] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const world = await live(seed);
  attempts += world.attempts;
  promised += world.promised.size;
  violations += world.violations.length;
  if (world.violations.length > 0) {
    failed.push(seed);
    if (failed.length <= 5) say(`seed ${seed}: ${world.violations.slice(0, 3).join('; ')}`);
  }
  // Every tenth is led twice: a failure must be the same each time.
  if (seed % 10 === 0 && (await live(seed)).trace.join() !== world.trace.join()) replayDiff++;
}
const leases = leaseHistories(firstSeed, Number(values.leases));
finish(
  'sim',
  { seeds, firstSeed, attempts, promised, violations, replayDiff, failed: failed.slice(0, 10), leases },
  violations + replayDiff + leases.violations + leases.replayDiff === 0 && promised > 0,
);
