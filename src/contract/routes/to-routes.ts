import { type FailureClass, failureClasses } from '../../core/errors/failure-class.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import type { FactPath } from '../../core/routing/condition.ts';
import { dialsIn, onlyDial } from '../../core/routing/learned/asked/read-dial.ts';
import type { RouteChoice } from '../../core/routing/learned/asked/route-choice.ts';
import { readCondition, readFactPath } from '../../core/routing/read-condition.ts';
import type {
  BreakerSetting,
  Capacity,
  FailureMatch,
  Ranking,
  RetrySetting,
  Route,
  RouteFilter,
  RouteSettings,
  WhenCase,
} from '../../core/routing/route.ts';
import type { RouteDocuments } from './check-routes.ts';
import { measuredKinds, type RouteMap, type RouteNode } from './route-schema.ts';

/** The checked routes of a file as trees; routes that others name are put in their place. */
export const toRoutes = (documents: RouteDocuments): ReadonlyMap<string, Route> => {
  const made = new Map<string, Route>();
  const named = (name: string): Route => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const node = Object.hasOwn(documents, name) ? documents[name] : undefined;
    if (node === undefined) return { kind: 'target', model: name };
    const route = toRoute(node, named);
    made.set(name, route);
    return route;
  };
  for (const name of Object.keys(documents)) named(name);
  return made;
};

type Named = (name: string) => Route;

const rankings = {
  cheapest: 'price',
  fastest: 'latency',
  highest_throughput: 'throughput',
  least_busy: 'least-busy',
  least_used: 'usage',
} as const satisfies Readonly<Record<(typeof measuredKinds)[number], Ranking>>;

const toRoute = (node: RouteNode, named: Named): Route => {
  if (typeof node === 'string') return named(node);
  const route: Route = { ...kindOf(node, named), ...settingsOf(node) };
  const kept = node.keep === undefined ? route : keeping(route, node.keep);
  const sticky = node.sticky === undefined ? kept : sticking(kept, node.sticky);
  const stuck = node.watch === undefined ? sticky : watching(sticky, node.watch, named);
  if (node.mirror === undefined) return stuck;
  const { to, share } = node.mirror;
  return { kind: 'mirror', route: stuck, to: toRoute(to, named), share };
};

const watching = (route: Route, watch: NonNullable<RouteMap['watch']>, named: Named): Route => ({
  kind: 'watch',
  route,
  pool: watch.models.map((child) => toRoute(child, named)),
  choice: toChoice(watch),
});

const toChoice = ({ router, dial }: Pick<RouteMap, 'router' | 'dial'>): RouteChoice => {
  const read = dial === undefined ? undefined : onlyDial(dialsIn(dial as JsonObject));
  return { ...(router === undefined ? {} : { router }), ...(read === undefined ? {} : { dial: read }) };
};

const sticking = (route: Route, sticky: NonNullable<RouteMap['sticky']>): Route => ({
  kind: 'sticky',
  route,
  idleMs: (sticky === true ? usualIdleSeconds : sticky.idle_seconds) * 1000,
});

/** For as long as providers are wont to keep a prompt in their caches. */
const usualIdleSeconds = 600;

const keeping = (route: Route, keep: NonNullable<RouteMap['keep']>): Route => {
  const filter = toFilter(keep);
  const filtered: Route = Object.keys(filter).length === 0 ? route : { kind: 'filter', route, keep: filter };
  return keep.tags === undefined ? filtered : { kind: 'tagged', route: filtered, all: keep.tags === 'all' };
};

const kindOf = (node: RouteMap, named: Named): Route => {
  const all = (nodes: readonly RouteNode[]): readonly Route[] => nodes.map((child) => toRoute(child, named));
  if (node.fallback !== undefined)
    return { kind: 'fallback', routes: all(node.fallback), ...(node.on === undefined ? {} : { on: toMatch(node.on) }) };
  if (node.balance !== undefined)
    return inOrder(node.balance, (nodes) => ({
      kind: 'balance',
      routes: nodes.map((child) => ({ route: toRoute(child, named), weight: weightOf(child) })),
      ...(node.together === undefined ? {} : { sticky: node.together.flatMap((path) => pathOf(path)) }),
    }));
  if (node.price_draw !== undefined) return { kind: 'price-draw', routes: all(node.price_draw) };
  if (node.choose !== undefined) return { kind: 'choose', routes: all(node.choose), choice: toChoice(node) };
  if (node.when !== undefined)
    return {
      kind: 'when',
      cases: node.when.map((step): WhenCase => {
        const read = readCondition(step.if as Json);
        if ('problem' in read) throw new Error('A condition was not checked.');
        return { test: read.condition, to: toRoute(step.to, named) };
      }),
      ...(node.otherwise === undefined ? {} : { otherwise: toRoute(node.otherwise, named) }),
    };
  for (const key of measuredKinds) {
    const nodes = node[key];
    if (nodes !== undefined)
      return inOrder(nodes, (level) => ({
        kind: 'rank',
        by: rankings[key],
        routes: all(level),
        ...(node.within === undefined ? {} : { within: node.within }),
      }));
  }
  return named(node.to ?? '');
};

/** A node for each `order`, the lowest first; those without one stand at 0. */
const inOrder = (nodes: readonly RouteNode[], make: (nodes: readonly RouteNode[]) => Route): Route => {
  const orderOf = (node: RouteNode): number => (typeof node === 'string' ? 0 : (node.order ?? 0));
  const levels = [...new Set(nodes.map(orderOf))].sort((one, other) => one - other);
  if (levels.length === 1) return make(nodes);
  return { kind: 'ordered', routes: levels.map((level) => make(nodes.filter((node) => orderOf(node) === level))) };
};

/** The checked path. */
const pathOf = (written: string): readonly FactPath[] => {
  const path = readFactPath(written);
  return path === undefined ? [] : [path];
};

const weightOf = (node: RouteNode): number => (typeof node === 'string' ? 1 : (node.weight ?? 1));

const settingsOf = (node: RouteMap): RouteSettings => {
  const { retry, first_byte_ms, stream_first_byte_ms, deadline_ms, override, limits, breaker, tags, region, answer } =
    node;
  return {
    ...(retry === undefined ? {} : { retry: toRetry(retry) }),
    ...(limits === undefined ? {} : { capacity: toCapacity(limits) }),
    ...(breaker === undefined ? {} : { breaker: toBreaker(breaker) }),
    ...(tags === undefined ? {} : { tags }),
    ...(region === undefined ? {} : { region }),
    ...(answer === undefined ? {} : { answer }),
    ...(stream_first_byte_ms === undefined ? {} : { streamFirstByteMs: stream_first_byte_ms }),
    ...(first_byte_ms === undefined ? {} : { firstByteMs: first_byte_ms }),
    ...(deadline_ms === undefined ? {} : { deadlineMs: deadline_ms }),
    ...(override === undefined ? {} : { overrides: override as JsonObject }),
  };
};

const toRetry = (retry: NonNullable<RouteMap['retry']>): RetrySetting => ({
  attempts: retry.attempts,
  followsRetryAfter: retry.follow_retry_after,
  ...(retry.on === undefined ? {} : { on: toMatch(retry.on) }),
  ...(retry.by_class === undefined ? {} : { byClass: given(retry.by_class) }),
  ...(retry.across === undefined ? {} : { across: retry.across }),
});

const toCapacity = (limits: NonNullable<RouteMap['limits']>): Capacity =>
  given({
    requestsPerMinute: limits.requests_per_minute,
    tokensPerMinute: limits.tokens_per_minute,
    parallelRequests: limits.parallel_requests,
  });

const toBreaker = ({
  allowed_failures,
  allowed_by_class,
  open_ms,
}: NonNullable<RouteMap['breaker']>): BreakerSetting => ({
  ...given({ allowedFailures: allowed_failures, openMs: open_ms }),
  ...(allowed_by_class === undefined ? {} : { allowedByClass: given(allowed_by_class) }),
});

type Given<Members> = { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> };

/** Without the members that are not there. */
const given = <Members extends object>(members: Members): Given<Members> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<Members>;

const toMatch = (words: readonly (FailureClass | number)[]): FailureMatch => ({
  classes: failureClasses.filter((name) => words.includes(name)),
  statuses: words.filter((word) => typeof word === 'number'),
});

const nanoUsd = (dollars: number | undefined): number | undefined =>
  dollars === undefined ? undefined : Math.round(dollars * 1e9);

const toFilter = (keep: NonNullable<RouteMap['keep']>): RouteFilter => {
  const maxInputPrice = nanoUsd(keep.max_input_per_million);
  const maxOutputPrice = nanoUsd(keep.max_output_per_million);
  return {
    ...(maxInputPrice === undefined ? {} : { maxInputPrice }),
    ...(maxOutputPrice === undefined ? {} : { maxOutputPrice }),
    ...(keep.free === undefined ? {} : { free: keep.free }),
    ...(keep.require_parameters === undefined ? {} : { requireParameters: keep.require_parameters }),
    ...(keep.only === undefined ? {} : { only: keep.only }),
    ...(keep.ignore === undefined ? {} : { ignore: keep.ignore }),
    ...(keep.regions === undefined ? {} : { regions: keep.regions }),
  };
};
