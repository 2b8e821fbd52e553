// Of five targets one to four are taken down, in nine ways: no client notices, their circuits open soon, and they are used again soon after they are back.
// `bun qa/failover.ts [--killed 1,2,3,4] [--ways 9] [--limit-open-ms 2000] [--limit-heal-ms 35000]`
import { parseArgs } from 'node:util';
import { keepAsking, startFailingHouse } from './proof/failing-targets.ts';
import { finish, say } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    killed: { type: 'string', default: '1,2,3,4' },
    ways: { type: 'string', default: '9' },
    'limit-open-ms': { type: 'string', default: '2000' },
    'limit-heal-ms': { type: 'string', default: '35000' },
  },
});
const limits = { openMs: Number(values['limit-open-ms']), healMs: Number(values['limit-heal-ms']) };

const ways = [
  ['refused', 'refused'],
  ['hang', { hang: true }],
  ['not-json', { foreign: 'not-json' }],
  ['status-401', { status: 401 }],
  ['reset', { reset: 'always' }],
  ['half-head', { halfHead: true }],
  ['status-500', { status: 500 }],
  ['status-503', { status: 503 }],
  ['status-429', { status: 429 }],
] as const;

const count = 5;
const clients = 8;
const runs = values.killed
  .split(',')
  .map(Number)
  .flatMap((killed) => ways.slice(0, Number(values.ways)).map(([name, how]) => ({ killed, name, how })));
const house = await startFailingHouse(
  count,
  runs.map(({ killed, name }) => `${name}-${killed}`),
);

let clientFailures = 0;
let calls = 0;
let openMs = 0;
let healMs = 0;

const until = async (holds: () => Promise<boolean>, limitMs: number): Promise<number> => {
  const begun = performance.now();
  while (performance.now() - begun < limitMs * 2) {
    if (await holds()) break;
    await Bun.sleep(20);
  }
  return performance.now() - begun;
};

for (const { killed, name, how } of runs) {
  const route = `${name}-${killed}`;
  const ask = (index: number): Promise<boolean> => house.ask(route, index % 2 === 0);
  const before = await keepAsking(ask, clients, (made) => made >= 40);
  const down = house.targets.slice(0, killed);
  for (const target of down) target.kill(how);
  let running = true;
  const asking = keepAsking(ask, clients, () => !running);
  const opened = await until(async () => (await house.open(route)) === killed, limits.openMs);
  for (const target of down) target.heal();
  const healed = await until(async () => (await house.open(route)) === 0, limits.healMs);
  running = false;
  const { calls: made, failed } = await asking;
  clientFailures += failed + before.failed;
  calls += made + before.calls;
  openMs = Math.max(openMs, opened);
  healMs = Math.max(healMs, healed);
  say(
    `${route}: ${failed} of ${made} failed, open after ${Math.round(opened)} ms, healed after ${Math.round(healed)} ms`,
  );
}
await house.stop();
finish(
  'failover',
  { runs: runs.length, calls, clientFailures, openMs: Math.round(openMs), healMs: Math.round(healMs) },
  clientFailures === 0 && openMs <= limits.openMs && healMs <= limits.healMs,
);
