import { indexOf } from '../../../core/catalog/names/name-index.ts';
import { spelledOtherwise } from '../../../core/catalog/names/spelled-otherwise.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { DialectId } from '../../../core/ir/index.ts';
import type { Edit } from '../../../core/json/edit.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { Route, RouteFilter } from '../../../core/routing/route.ts';
import {
  type RoutingRequest,
  readRoutingRequest,
  routingMembers,
  splitSuffix,
} from '../../../core/routing/routing-request.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import { canonicalSlug } from '../../skins/openrouter/answer/public-name.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { findOptionalTarget } from '../stages/plan.ts';
import { inlineRoute, type RequestedRoute } from './inline-route.ts';

const openaiShaped: ReadonlySet<DialectId> = new Set(['openai-chat', 'openai-completions', 'openai-responses']);

/**
 * The route a request asks for by `models`, `provider` or a suffix such as `:floor`. Undefined when it asks for none, or when its model leads to a
 * router that reads them itself. Throws a 400 that names the member.
 */
export const requestedRoute = (identified: Identified, tools: LineTools): RequestedRoute | undefined => {
  const inline = inlineRoute(identified, tools);
  if (inline !== undefined) return inline;
  const { body, door, config } = identified;
  const written = body['models'] !== undefined || body['provider'] !== undefined;
  const model = body['model'];
  const suffixed = typeof model === 'string' && model.includes(':');
  const atFace = door.skin === 'openrouter';
  if (!atFace && ((!written && !suffixed) || !openaiShaped.has(door.request))) return undefined;
  const named = typeof model === 'string' ? splitSuffix(model) : { model: '' };
  if (!written && named.suffix === undefined) return atFace ? servedByMany(identified) : undefined;
  const whole = typeof model === 'string' ? leadsTo(identified, model) : undefined;
  if (whole?.provider.entry.routesItself === true) return undefined;
  const known = whole !== undefined && config.models.find(whole.provider.entry.id, whole.model) !== undefined;
  const suffix = known ? undefined : named.suffix;
  if (!written && suffix === undefined) return undefined;
  const plain = suffix === undefined ? body : { ...body, model: named.model };
  const asked = readRoutingRequest(plain, suffix);
  if (body['models'] !== undefined) identified.settlement.requestedModels = asked.models;
  const [first = ''] = asked.models;
  return { identified: without(identified, first), named: { name: first, route: toRoute(asked, identified) } };
};

/** At OpenRouter's face a model of a maker goes to whoever serves it, by price, and to the next one when that fails. Undefined when only one does. */
const servedByMany = (identified: Identified): RequestedRoute | undefined => {
  const { model } = identified.body;
  if (typeof model !== 'string' || !isOfMaker(model, identified)) return undefined;
  const routes = hosts(model, identified);
  return routes.length < 2 ? undefined : { identified, named: { name: model, route: { kind: 'price-draw', routes } } };
};

/** Whether a name is of a model, and not of one provider's. */
const isOfMaker = (model: string, identified: Identified): boolean => {
  const { config } = identified;
  if (config.routes.has(model) || Object.hasOwn(config.aliases, model)) return false;
  const own = leadsTo(identified, model);
  const info = own === undefined ? undefined : config.models.find(own.provider.entry.id, own.model);
  return info?.author !== undefined && canonicalSlug(info) === model;
};

const leadsTo = ({ config, door }: Identified, model: string): Target | undefined => {
  try {
    return findOptionalTarget(config, { model, operation: door.operation, door: door.request });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
};

/** The gateway's own members are not the provider's to read. */
const without = (identified: Identified, model: string): Identified => {
  const present = routingMembers.filter((name) => identified.body[name] !== undefined);
  const edits: Edit[] = present.map((name) => ({ op: 'remove', path: [name] }));
  const body = Object.fromEntries(
    Object.entries(identified.body).filter(([name]) => !(present as readonly string[]).includes(name)),
  );
  if (body['model'] !== model) edits.push({ op: 'set', path: ['model'], value: model });
  return { ...identified, body: { ...body, model }, bytes: patchJson(identified.bytes, edits) };
};

const toRoute = (asked: RoutingRequest, identified: Identified): Route => {
  const { config } = identified;
  const spreads = (model: string): boolean =>
    asked.spread || (identified.door.skin === 'openrouter' && isOfMaker(model, identified));
  const spread = asked.models.map((model) => (spreads(model) ? hosts(model, identified) : [target(model, config)]));
  const routes =
    asked.across && asked.sort !== undefined
      ? [ordered(spread.flat(), asked, config)]
      : spread.map((targets) => ordered(targets, asked, config));
  const [only] = routes;
  const route: Route = routes.length === 1 && only !== undefined ? only : { kind: 'fallback', routes };
  return { kind: 'filter', route, keep: keepOf(asked, config) };
};

/** A route of the operator's, or a model. */
const target = (model: string, { routes }: CompiledConfig): Route => {
  const route = routes.get(model);
  return route === undefined ? { kind: 'target', model } : { ...route, allowedBy: model };
};

/** The model where its name leads, and at every other provider that has it. */
const hosts = (model: string, identified: Identified): readonly Route[] => {
  const { config } = identified;
  if (config.routes.has(model)) return [target(model, config)];
  const own = leadsTo(identified, model);
  const names = new Set(spelledOtherwise(model, indexOf(config)));
  const all = own === undefined ? names : new Set([`${own.provider.entry.id}/${own.model}`, ...names]);
  return all.size === 0 ? [target(model, config)] : [...all].map((name) => ({ kind: 'target', model: name }));
};

const providerOf = (route: Route): string =>
  route.kind === 'target' ? route.model.slice(0, route.model.indexOf('/')) : '';

const ordered = (targets: readonly Route[], asked: RoutingRequest, config: CompiledConfig): Route => {
  const order = asked.order.map((slug) => providerNamed(slug, config));
  const first = order.flatMap((id) => targets.filter((route) => providerOf(route) === id));
  const rest = targets.filter((route) => !order.includes(providerOf(route)));
  const drawn: Route =
    asked.sort === undefined ? { kind: 'price-draw', routes: rest } : { kind: 'rank', by: asked.sort, routes: rest };
  const wished: Route = asked.wants === undefined ? drawn : { kind: 'preferred', route: drawn, wants: asked.wants };
  // Who says an order wants that one, wherever the conversation's beginning lies in a cache.
  const last: Route =
    order.length > 0 || rest.length < 2 ? wished : { kind: 'sticky', route: wished, idleMs: cacheIdleMs };
  if (first.length > 0) {
    if (!asked.allowFallbacks) return { kind: 'fallback', routes: first };
    return rest.length === 0 ? { kind: 'fallback', routes: first } : { kind: 'fallback', routes: [...first, last] };
  }
  return asked.allowFallbacks ? last : { kind: 'first', route: last };
};

/** For as long as providers are wont to keep a prompt in their caches. */
const cacheIdleMs = 600_000;

/** Slugs may name a region or a quality after a slash; the provider is what stands before. */
const providerNamed = (slug: string, config: CompiledConfig): string => {
  const [head = slug] = slug.split('/');
  const { byId, byAlias } = indexOf(config);
  return byId.has(head) ? head : (byAlias.get(head)?.entry.id ?? head);
};

const keepOf = (asked: RoutingRequest, config: CompiledConfig): RouteFilter => {
  const ids = (slugs: readonly string[]): readonly string[] => slugs.map((slug) => providerNamed(slug, config));
  return {
    ...(asked.only === undefined ? {} : { only: ids(asked.only) }),
    ...(asked.ignore === undefined ? {} : { ignore: ids(asked.ignore) }),
    ...(asked.requireParameters ? { requireParameters: true } : {}),
    ...(asked.free ? { free: true } : {}),
    ...(asked.maxInputPrice === undefined ? {} : { maxInputPrice: Math.round(asked.maxInputPrice * 1e9) }),
    ...(asked.maxOutputPrice === undefined ? {} : { maxOutputPrice: Math.round(asked.maxOutputPrice * 1e9) }),
  };
};
