// An outage is not made worse: how many calls reach the providers for each that clients make, when all of them fail and when half of the calls do.
// `bun qa/amplify.ts [--requests 3000] [--limit-total 1.1] [--limit-half 1.25]`
import { parseArgs } from 'node:util';
import { keepAsking, startFailingHouse } from './proof/failing-targets.ts';
import { finish } from './proof/finish.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '3000' },
    'limit-total': { type: 'string', default: '1.1' },
    'limit-half': { type: 'string', default: '1.25' },
  },
});
const requests = Number(values.requests);
const clients = 16;
const house = await startFailingHouse(5, ['total', 'half']);

const ratioOf = async (route: string, fails: () => boolean): Promise<number> => {
  for (const target of house.targets) {
    target.heal();
    target.answer(() => (fails() ? { status: 500 } : {}));
  }
  const before = house.targets.reduce((sum, { calls }) => sum + calls, 0);
  const { calls } = await keepAsking(
    (index) => house.ask(route, index % 2 === 0),
    clients,
    (made) => made >= requests,
  );
  return (house.targets.reduce((sum, { calls: got }) => sum + got, 0) - before) / calls;
};

let turn = 0;
const total = await ratioOf('total', () => true);
// Every second call, in an order that no route's draw can follow.
const half = await ratioOf('half', () => {
  turn = (turn * 1_103_515_245 + 12_345) % 2_147_483_648;
  return turn > 1_073_741_824;
});
await house.stop();
finish(
  'amplify',
  { requests, total: Number(total.toFixed(3)), half: Number(half.toFixed(3)) },
  total <= Number(values['limit-total']) && half <= Number(values['limit-half']),
);
