import type { RouteFacts } from '../../src/core/routing/plan-route.ts';
import type { Route } from '../../src/core/routing/route.ts';
import type { RouteViews, TargetView } from '../../src/core/routing/target-view.ts';
import type { Specimen } from './time-loop.ts';

const facts: RouteFacts = {
  metadata: { tier: 'paid' },
  params: { model: 'route', max_tokens: 100 },
  url: { pathname: '/v1/chat/completions' },
  inputTokens: 212,
  parameters: ['tools', 'temperature'],
  caller: 'default/k_1',
};

/** Targets of a catalogue that is known well: every member of a view is there. */
const viewOf = (model: string): TargetView => {
  const number = Number(model.slice(1, model.indexOf('/')));
  return {
    target: model,
    provider: model.slice(0, model.indexOf('/')),
    inputPrice: 1e9 + number * 1e8,
    outputPrice: 4e9,
    contextTokens: 200_000,
    maxOutputTokens: 8192,
    parameters: ['tools', 'temperature', 'top_p'],
    standing: { state: 'closed' },
    unstable: number % 7 === 3,
    inFlight: number % 5,
    minuteRequests: number,
    minuteTokens: number * 100,
    firstByteMs: 200 + ((number * 37) % 100),
    tokensPerSecond: 50,
  };
};

const target = (number: number): Route => ({ kind: 'target', model: `p${number}/model` });
const targets = (count: number): readonly Route[] => Array.from({ length: count }, (_, number) => target(number));

const shapes: Readonly<Record<string, (count: number) => Route>> = {
  fallback: (count) => ({ kind: 'fallback', routes: targets(count) }),
  balance: (count) => ({
    kind: 'balance',
    routes: targets(count).map((route, number) => ({ route, weight: 1 + (number % 3) })),
  }),
  'price draw, filtered': (count) => ({
    kind: 'filter',
    keep: { maxInputPrice: 1e11, requireParameters: true },
    route: { kind: 'price-draw', routes: targets(count) },
  }),
  'fastest behind a condition': (count) => ({
    kind: 'when',
    cases: [
      {
        test: { kind: 'equal', path: ['metadata', 'tier'], value: 'paid' },
        to: { kind: 'rank', by: 'latency', routes: targets(count) },
      },
    ],
  }),
};

/** What it costs to put the targets of a route in order, and to write that decision down. The views are at hand: what they cost is the gateway's. */
export const planningSpecimens = async (yardstick: string): Promise<readonly Specimen[]> => {
  const [{ planRoute }, { writeDecision }] = await Promise.all([
    import('../../src/core/routing/plan-route.ts'),
    import('../../src/core/routing/record/decision-record.ts'),
  ]);
  const specimens = [8, 60].flatMap((count) =>
    Object.entries(shapes).map(([name, shape]): Specimen => {
      const route = shape(count);
      const known = new Map(targets(count).map((_, number) => [`p${number}/model`, viewOf(`p${number}/model`)]));
      const views: RouteViews = { target: (model) => known.get(model) ?? viewOf(model) };
      let seed = 0;
      const run = () => {
        seed += 1;
        return planRoute({ name: 'route', route }, facts, { views, seed: `req_${seed}` });
      };
      return { name: `planRoute, ${name}, ${count}`, yardstick, work: 1, run };
    }),
  );
  const views: RouteViews = { target: viewOf };
  const { decision } = planRoute({ name: 'route', route: { kind: 'fallback', routes: targets(8) } }, facts, {
    views,
    seed: 'bench',
  });
  const write = () => JSON.stringify(writeDecision(decision, facts, 'hash'));
  return [...specimens, { name: 'writeDecision, 8', yardstick, work: 1, run: write }];
};
