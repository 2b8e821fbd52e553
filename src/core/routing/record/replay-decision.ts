import { isArray, isObject, isString, type JsonObject } from '../../json/json.ts';
import type { ChosenOrder } from '../learned/chosen-order.ts';
import { planRoute, type RouteFacts } from '../plan-route.ts';
import type { Route } from '../route.ts';
import type { TargetView } from '../target-view.ts';
import type { RecordedDecision } from './decision-record.ts';

export interface Replay {
  readonly order: readonly string[];
  /** The same target would be the first again. */
  readonly sameFirst: boolean;
  readonly sameOrder: boolean;
}

/** Decides once more, over a route as it is now, with what was known then. */
export const replayDecision = ({ decision, facts }: RecordedDecision, route: Route): Replay => {
  const known = new Map<string, TargetView>(decision.candidates.map(({ path, view }) => [path, view]));
  const chosen = recordedChoice(decision.choice);
  const asked: RouteFacts = {
    metadata: {},
    params: {},
    url: { pathname: '' },
    ...facts,
    ...(chosen === undefined ? {} : { chosen }),
  };
  const views = {
    target: (model: string, _settings: object, path: string): TargetView => known.get(path) ?? unknown(model),
    pinned: () => decision.pinned,
  };
  const recall = { paths: decision.candidates.map(({ path }) => path), stuck: decision.stuck ?? [] };
  const { order } = planRoute({ name: decision.route, route }, asked, { views, seed: decision.seed, recall }).decision;
  return {
    order,
    sameFirst: order[0] === decision.order[0],
    sameOrder:
      order.length === decision.order.length && order.every((target, index) => target === decision.order[index]),
  };
};

/** The order that was chosen then: the query itself is not kept, so it cannot be chosen anew. */
const recordedChoice = (shown: JsonObject | undefined): ChosenOrder | undefined => {
  const candidates = shown?.['candidates'];
  if (shown === undefined || candidates === undefined || !isArray(candidates)) return undefined;
  const order = candidates.flatMap((one) => (isObject(one) && isString(one['model']) ? [one['model']] : []));
  return { order, shown };
};

const unknown = (model: string): TargetView => ({
  target: model,
  provider: '',
  unusable: 'unknown-model',
  standing: { state: 'closed' },
  unstable: false,
  inFlight: 0,
});
