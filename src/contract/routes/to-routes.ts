import { type FailureClass, failureClasses } from '../../core/errors/failure-class.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { readCondition } from '../../core/routing/read-condition.ts';
import type { FailureMatch, Ranking, Route, RouteFilter, RouteSettings, WhenCase } from '../../core/routing/route.ts';
import type { RouteDocuments } from './check-routes.ts';
import type { RouteMap, RouteNode } from './route-schema.ts';

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
} as const satisfies Readonly<Record<string, Ranking>>;

const toRoute = (node: RouteNode, named: Named): Route => {
  if (typeof node === 'string') return named(node);
  const route: Route = { ...kindOf(node, named), ...settingsOf(node) };
  return node.keep === undefined ? route : { kind: 'filter', route, keep: toFilter(node.keep) };
};

const kindOf = (node: RouteMap, named: Named): Route => {
  const all = (nodes: readonly RouteNode[]): readonly Route[] => nodes.map((child) => toRoute(child, named));
  if (node.fallback !== undefined)
    return { kind: 'fallback', routes: all(node.fallback), ...(node.on === undefined ? {} : { on: toMatch(node.on) }) };
  if (node.balance !== undefined)
    return {
      kind: 'balance',
      routes: node.balance.map((child) => ({ route: toRoute(child, named), weight: weightOf(child) })),
    };
  if (node.price_draw !== undefined) return { kind: 'price-draw', routes: all(node.price_draw) };
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
  for (const [key, by] of Object.entries(rankings)) {
    const nodes = node[key as keyof typeof rankings];
    if (nodes !== undefined) return { kind: 'rank', by, routes: all(nodes) };
  }
  return named(node.to ?? '');
};

const weightOf = (node: RouteNode): number => (typeof node === 'string' ? 1 : (node.weight ?? 1));

const settingsOf = ({ retry, first_byte_ms, deadline_ms, override }: RouteMap): RouteSettings => ({
  ...(retry === undefined
    ? {}
    : {
        retry: {
          attempts: retry.attempts,
          followsRetryAfter: retry.follow_retry_after,
          ...(retry.on === undefined ? {} : { on: toMatch(retry.on) }),
        },
      }),
  ...(first_byte_ms === undefined ? {} : { firstByteMs: first_byte_ms }),
  ...(deadline_ms === undefined ? {} : { deadlineMs: deadline_ms }),
  ...(override === undefined ? {} : { overrides: override as JsonObject }),
});

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
  };
};
