import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { dialsIn, onlyDial } from '../../core/routing/learned/asked/read-dial.ts';
import { readCondition, readFactPath } from '../../core/routing/read-condition.ts';
import type { Finding } from '../config-problem.ts';
import { listKinds, measuredKinds, type RouteMap, type RouteNode, routeKinds } from './route-schema.ts';

export type RouteDocuments = Readonly<Record<string, RouteNode>>;

type Path = readonly (string | number)[];

const mostNodes = 2000;
const deepest = 32;

/** Trees too large to be meant, before anything walks through them as a whole. `document` is what the file holds, unchecked. */
export const checkRouteSizes = (document: object): readonly Finding[] => {
  const { routes } = document as { readonly routes?: unknown };
  if (typeof routes !== 'object' || routes === null) return [];
  return Object.entries(routes).flatMap(([name, tree]): readonly Finding[] => {
    const size = sizeOf(tree);
    if (size.values <= mostNodes * 4 && size.depth <= deepest * 2) return [];
    return [
      {
        path: ['routes', name],
        part: 'value',
        message: `is larger than a route may be (${mostNodes} nodes, ${deepest} deep)`,
        fix: 'write less, or several routes',
      },
    ];
  });
};

/** Level by level: a tree may be deeper than calls may nest. */
const sizeOf = (tree: unknown): { readonly values: number; readonly depth: number } => {
  let level: readonly unknown[] = [tree];
  let values = 0;
  let depth = 0;
  while (level.length > 0 && values <= mostNodes * 4) {
    values += level.length;
    depth += 1;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return { values, depth };
};

/** What the schema cannot see: nodes that do nothing or two things, weights that come to nothing, routes that lead back to themselves. */
export const checkRoutes = ({ routes }: { readonly routes: RouteDocuments }): readonly Finding[] => {
  const findings = Object.entries(routes).flatMap(([name, node]) => checkNode(node, ['routes', name]));
  return findings.length > 0 ? findings : checkReferences(routes);
};

const finding = (path: Path, message: string, fix: string): Finding => ({ path, part: 'value', message, fix });

const checkNode = (node: RouteNode, path: Path): readonly Finding[] => {
  if (typeof node === 'string') return [];
  const kinds = routeKinds.filter((kind) => node[kind] !== undefined);
  if (kinds.length !== 1) {
    const message = kinds.length === 0 ? 'says nothing to do' : `says ${kinds.join(' and ')}, of which a node has one`;
    return [finding(path, message, `write one of: ${routeKinds.join(', ')}`)];
  }
  return [
    ...checkCompanions(node, path),
    ...checkWithin(node, path),
    ...checkWeights(node, path),
    ...checkWhen(node, path),
    ...checkTogether(node, path),
    ...checkDial(node.dial, [...path, 'dial']),
    ...checkDial(node.watch?.dial, [...path, 'watch', 'dial']),
    ...childrenOf(node, path).flatMap(([child, at]) => checkNode(child, at)),
  ];
};

/** Keys that mean something beside one other only. */
const checkCompanions = (node: RouteMap, path: Path): readonly Finding[] => {
  const alone: [keyof RouteMap, keyof RouteMap][] = [
    ['on', 'fallback'],
    ['otherwise', 'when'],
    ['together', 'balance'],
    ['router', 'choose'],
    ['dial', 'choose'],
  ];
  return alone.flatMap(([key, other]) =>
    node[key] === undefined || node[other] !== undefined
      ? []
      : [finding([...path, key], `means nothing without \`${other}\``, `take it out, or write \`${other}\` beside it`)],
  );
};

const checkTogether = ({ together }: RouteMap, path: Path): readonly Finding[] =>
  (together ?? []).flatMap((written, index) =>
    readFactPath(written) === undefined
      ? [
          finding(
            [...path, 'together', index],
            'is not a path',
            'begin with metadata., params., headers. or url.pathname',
          ),
        ]
      : [],
  );

const checkDial = (dial: RouteMap['dial'], path: Path): readonly Finding[] => {
  if (dial === undefined) return [];
  try {
    return onlyDial(dialsIn(dial as JsonObject)) === undefined
      ? [finding(path, 'says nothing', 'write one of its members, or take it out')]
      : [];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [finding(path, `cannot be used: ${error.message}`, 'write one member, within its range')];
  }
};

const checkWithin = (node: RouteMap, path: Path): readonly Finding[] =>
  node.within === undefined || measuredKinds.some((key) => node[key] !== undefined)
    ? []
    : [
        finding(
          [...path, 'within'],
          'means nothing without an order by measure',
          `write it beside ${measuredKinds.join(', ')}`,
        ),
      ];

const checkWeights = ({ balance }: RouteMap, path: Path): readonly Finding[] =>
  balance?.every((step) => typeof step !== 'string' && step.weight === 0) === true
    ? [finding([...path, 'balance'], 'has no weight above 0', 'give one of them a weight')]
    : [];

const checkWhen = ({ when }: RouteMap, path: Path): readonly Finding[] =>
  (when ?? []).flatMap((step, index): readonly Finding[] => {
    const read = readCondition(step.if as Json);
    if ('condition' in read) return [];
    const { problem } = read;
    return [finding([...path, 'when', index, 'if', ...problem.path], problem.message, problem.fix)];
  });

const childrenOf = (node: RouteMap, path: Path): readonly (readonly [RouteNode, Path])[] => [
  ...listKinds.flatMap((key) => (node[key] ?? []).map((child, index) => [child, [...path, key, index]] as const)),
  ...(node.when ?? []).map(({ to }, index) => [to, [...path, 'when', index, 'to']] as const),
  ...(node.otherwise === undefined ? [] : [[node.otherwise, [...path, 'otherwise']] as const]),
  ...(node.mirror === undefined ? [] : [[node.mirror.to, [...path, 'mirror', 'to']] as const]),
  ...(node.watch?.models ?? []).map((child, index) => [child, [...path, 'watch', 'models', index]] as const),
];

/** Names of routes within a node, with their places. */
const namesIn = (node: RouteNode, path: Path, routes: RouteDocuments): readonly (readonly [string, Path])[] => {
  if (typeof node === 'string') return Object.hasOwn(routes, node) ? [[node, path]] : [];
  const own = node.to === undefined ? [] : namesIn(node.to, [...path, 'to'], routes);
  return [...own, ...childrenOf(node, path).flatMap(([child, at]) => namesIn(child, at, routes))];
};

const checkReferences = (routes: RouteDocuments): readonly Finding[] => {
  const sizes = new Map<string, number>();
  const findings: Finding[] = [];
  const visit = (name: string, way: readonly string[]): number => {
    const known = sizes.get(name);
    if (known !== undefined) return known;
    let size = 1;
    for (const [next, path] of namesIn(routes[name] ?? '', ['routes', name], routes)) {
      if (next === name || way.includes(next)) {
        const round = [...way.slice(way.indexOf(next) < 0 ? way.length : way.indexOf(next)), name, next];
        findings.push(
          finding(path, `leads back to itself: ${round.join(' → ')}`, 'name a model there, as provider/model'),
        );
        continue;
      }
      size += visit(next, [...way, name]);
    }
    size += countNodes(routes[name] ?? '');
    if (size > mostNodes && findings.length === 0)
      findings.push(
        finding(['routes', name], `comes to more than ${mostNodes} nodes with the routes it names`, 'write less'),
      );
    sizes.set(name, size);
    return size;
  };
  for (const name of Object.keys(routes)) visit(name, []);
  return findings;
};

const countNodes = (node: RouteNode): number =>
  typeof node === 'string' ? 1 : childrenOf(node, []).reduce((sum, [child]) => sum + countNodes(child), 1);
