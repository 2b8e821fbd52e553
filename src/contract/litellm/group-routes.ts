import { isArray, isObject, type Json, type JsonDraft, type JsonObject, stringAt } from '../../core/json/json.ts';
import { policyOf } from './failure-words.ts';
import type { Deployment } from './read-deployments.ts';
import { given, msAt, numberAt, triesAt, type Work } from './work.ts';

/** Router settings, by where they stand: `router_settings` win over `litellm_settings`. */
export interface RouterSettings {
  readonly router: JsonObject;
  readonly library: JsonObject;
}

/** Members of `router_settings` that say how groups are routed. */
export const takenRouter: ReadonlySet<string> = new Set([
  ...['routing_strategy', 'routing_strategy_args', 'routing_groups', 'model_group_alias', 'num_retries', 'max_retries'],
  ...['retry_policy', 'model_group_retry_policy', 'allowed_fails', 'allowed_fails_policy', 'cooldown_time'],
  ...['disable_cooldowns', 'timeout', 'stream_timeout', 'fallbacks', 'context_window_fallbacks'],
  ...['content_policy_fallbacks', 'default_fallbacks', 'enable_tag_filtering', 'tag_filtering_match_any'],
  ...['enable_pre_call_checks', 'default_max_parallel_requests', 'max_fallbacks', 'enable_weighted_failover'],
  ...['provider_budget_config', 'optional_pre_call_checks', 'retry_after', 'ignore_invalid_deployments'],
]);

export const takenLibrary: ReadonlySet<string> = new Set([
  ...['drop_params', 'model_group_alias', 'num_retries', 'request_timeout', 'fallbacks', 'context_window_fallbacks'],
  ...['content_policy_fallbacks', 'default_fallbacks', 'allowed_fails', 'cooldown_time'],
]);

type Node = JsonObject | string;

/** The routes of the groups: how each chooses among its deployments, and what follows when it fails. A group of one that says nothing needs none. */
export const groupRoutes = (
  deployments: readonly Deployment[],
  settings: RouterSettings,
  work: Work,
): ReadonlyMap<string, Node> => {
  const groups = new Map<string, Deployment[]>();
  for (const one of deployments) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  const nodes = new Map(
    [...groups].map(([name, members]) => [name, groupNode(name, members, settings, work)] as const),
  );
  const fallbacks = new Fallbacks(settings);
  const named = (name: string): Node => {
    const node = nodes.get(name) ?? deployments.find(({ id }) => id === name)?.target;
    // By its own node where its route has fallbacks of its own, which might lead back here.
    if (node === undefined) return name;
    return fallbacks.has(name) || typeof node === 'string' ? node : name;
  };
  return new Map(
    [...nodes].map(([name, node]) => [name, name.includes('*') ? node : fallbacks.around(name, node, named)]),
  );
};

interface Strategy {
  readonly key: 'balance' | 'least_busy' | 'fastest' | 'least_used' | 'cheapest';
  /** Whether calls and tokens of a minute are bounds, and not weights. */
  readonly bounds: boolean;
}

const strategies: Readonly<Record<string, Strategy>> = {
  'simple-shuffle': { key: 'balance', bounds: false },
  'least-busy': { key: 'least_busy', bounds: false },
  'latency-based-routing': { key: 'fastest', bounds: true },
  'usage-based-routing': { key: 'least_used', bounds: true },
  'usage-based-routing-v2': { key: 'least_used', bounds: true },
  'cost-based-routing': { key: 'cheapest', bounds: true },
  'provider-budget-routing': { key: 'balance', bounds: false },
};

const shuffle: Strategy = { key: 'balance', bounds: false };

const groupNode = (name: string, members: readonly Deployment[], settings: RouterSettings, work: Work): Node => {
  const { word, args } = strategyOf(name, settings.router);
  const strategy = Object.hasOwn(strategies, word) ? (strategies[word] ?? shuffle) : undefined;
  if (strategy === undefined) work.left.push(`router_settings.routing_strategy: "${word}" is not known here`);
  const { key, bounds } = strategy ?? shuffle;
  const checks = settings.router['optional_pre_call_checks'];
  const enforced =
    bounds || (isArray(checks ?? null) && (checks as readonly Json[]).includes('enforce_model_rate_limits'));
  const weigh = key === 'balance' ? weightOf(members) : () => undefined;
  const nodes = members.map((one) => memberNode(one, { weight: weigh(one), bounds: enforced, settings }));
  const around = groupSettings(name, settings);
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) {
    if (Object.keys(around).length === 0) return only;
    return typeof only === 'string' ? { to: only, ...around } : { ...around, ...only };
  }
  const within = key === 'fastest' ? numberAt(args, 'lowest_latency_buffer') : undefined;
  return { [key]: nodes, ...given({ within: within === undefined ? undefined : Math.min(100, within) }), ...around };
};

const strategyOf = (name: string, router: JsonObject): { readonly word: string; readonly args: Json | undefined } => {
  const groups = router['routing_groups'];
  const own = (groups !== undefined && isArray(groups) ? groups : []).find((group) => {
    const models = isObject(group) ? group['models'] : undefined;
    return models !== undefined && isArray(models) && models.includes(name);
  });
  const source = own ?? router;
  return {
    word: stringAt(source, 'routing_strategy') ?? 'simple-shuffle',
    args: isObject(source) ? source['routing_strategy_args'] : undefined,
  };
};

/** The first of weight, rpm and tpm that the first deployment has is what all are weighed by. */
const weightOf = (members: readonly Deployment[]): ((one: Deployment) => number | undefined) => {
  const [first] = members;
  const unit = (['weight', 'rpm', 'tpm'] as const).find((name) => first?.[name] !== undefined);
  if (unit === undefined || members.length < 2) return () => undefined;
  const largest = Math.max(...members.map((one) => one[unit] ?? 0));
  const scale = largest > mostWeight ? mostWeight / largest : 1;
  return (one) => (one[unit] ?? 0) * scale;
};

const mostWeight = 1_000_000;

const memberNode = (
  { target, order, rpm, tpm, settings: own }: Deployment,
  how: { readonly weight: number | undefined; readonly bounds: boolean; readonly settings: RouterSettings },
): Node => {
  const parallel = numberAt(how.settings.router, 'default_max_parallel_requests');
  const limits = {
    ...(parallel === undefined ? {} : { parallel_requests: parallel }),
    ...(own['limits'] as JsonObject | undefined),
    ...(how.bounds ? given({ requests_per_minute: rpm, tokens_per_minute: tpm }) : {}),
  };
  const node = {
    ...own,
    ...given({ weight: how.weight, order }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
  return Object.keys(node).length === 0 ? target : { to: target, ...node };
};

const mostFails = 1_000_000;

/** Tries, times and breakers of a group. */
const groupSettings = (name: string, { router, library }: RouterSettings): JsonObject => {
  const either = <Value>(read: (from: JsonObject) => Value | undefined): Value | undefined =>
    read(router) ?? read(library);
  const groups = router['model_group_retry_policy'];
  const own = groups !== undefined && isObject(groups) ? groups[name] : undefined;
  const byClass = policyOf(own ?? router['retry_policy'], { suffix: 'Retries', most: 10 });
  const attempts = either((from) => triesAt(from, 'num_retries') ?? triesAt(from, 'max_retries'));
  const retry =
    attempts === undefined && byClass === undefined
      ? undefined
      : { attempts: attempts ?? 0, across: true, ...given({ by_class: byClass }) };
  const breaker = given({
    allowed_failures: either((from) => numberAt(from, 'allowed_fails')),
    allowed_by_class: policyOf(router['allowed_fails_policy'], { suffix: 'AllowedFails', most: mostFails }),
    open_ms: router['disable_cooldowns'] === true ? 0 : either((from) => msAt(from, 'cooldown_time')),
  });
  const timeout = msAt(router, 'timeout') ?? msAt(library, 'request_timeout');
  const stream = msAt(router, 'stream_timeout');
  return given({
    retry,
    breaker: Object.keys(breaker).length === 0 ? undefined : breaker,
    first_byte_ms: timeout === 0 ? undefined : timeout,
    stream_first_byte_ms: stream === 0 ? undefined : stream,
    keep:
      router['enable_tag_filtering'] === true
        ? { tags: router['tag_filtering_match_any'] === false ? 'all' : 'any' }
        : undefined,
  });
};

/** What follows when a group fails. */
class Fallbacks {
  readonly #general: ReadonlyMap<string, readonly string[]>;
  readonly #longer: ReadonlyMap<string, readonly string[]>;
  readonly #policy: ReadonlyMap<string, readonly string[]>;
  readonly #usual: readonly string[];

  constructor({ router, library }: RouterSettings) {
    const of = (name: string) => mapOf(router[name] ?? library[name]);
    this.#general = of('fallbacks');
    this.#longer = of('context_window_fallbacks');
    this.#policy = of('content_policy_fallbacks');
    this.#usual = textsIn(router['default_fallbacks'] ?? library['default_fallbacks'] ?? null);
  }

  has(name: string): boolean {
    return (
      [this.#general, this.#longer, this.#policy].some((map) => listIn(map, name).length > 0) || this.#usual.length > 0
    );
  }

  around(name: string, node: Node, named: (name: string) => Node): Node {
    const others = (list: readonly string[]): readonly Node[] => list.filter((one) => one !== name).map(named);
    const longer = others(listIn(this.#longer, name));
    const policy = others(listIn(this.#policy, name));
    const general = listIn(this.#general, name);
    const rest = others(general.length > 0 ? general : this.#usual);
    const steps = longer.length === 0 ? node : { fallback: [node, ...longer], on: ['context-window'] };
    const safe = policy.length === 0 ? steps : { fallback: [steps, ...policy], on: ['content-policy'] };
    return rest.length === 0 ? safe : { fallback: [safe, ...rest] };
  }
}

const listIn = (map: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] =>
  map.get(name) ?? map.get('*') ?? [];

/** `[{"a": ["b", "c"]}]` by name. */
const mapOf = (list: Json | undefined): ReadonlyMap<string, readonly string[]> => {
  const entries = list === undefined ? [] : isArray(list) ? list : [list];
  return new Map(
    entries.flatMap((entry) =>
      isObject(entry) ? Object.entries(entry).map(([name, to]) => [name, textsIn(to ?? null)] as const) : [],
    ),
  );
};

const textsIn = (list: Json): readonly string[] => {
  if (typeof list === 'string') return [list];
  return isArray(list)
    ? list.flatMap((one) => (typeof one === 'string' ? [one] : [stringAt(one, 'model') ?? []].flat()))
    : [];
};

/** Nodes of which nothing but a name is left are aliases. */
export const splitNames = (
  nodes: ReadonlyMap<string, Node>,
  work: Work,
): { readonly aliases: JsonDraft; readonly routes: JsonDraft } => {
  const aliases: JsonDraft = {};
  const routes: JsonDraft = {};
  for (const [name, node] of nodes) {
    if (name.includes('*')) takePattern(name, node, { aliases, work });
    else if (typeof node !== 'string') routes[name] = node;
    else if (node !== name) aliases[name] = node;
  }
  if (aliases['*'] !== undefined) for (const { id } of work.providers) aliases[`${String(id)}/*`] ??= `${String(id)}/*`;
  return { aliases, routes };
};

/** A pattern leads to one place: what a route would say of it has nowhere to stand. */
const takePattern = (
  name: string,
  node: Node,
  { aliases, work }: { readonly aliases: JsonDraft; readonly work: Work },
): void => {
  const target = firstTarget(node);
  const stars = (text: string): number => text.split('*').length - 1;
  if (target === undefined || stars(name) > 1 || stars(target) > 1)
    work.left.push(`model_list (${name}): a pattern with more than one *`);
  else if (target === '*') work.left.push(`model_list (${name}): a name for everything else`);
  else {
    if (target !== name) aliases[name] = target;
    if (typeof node !== 'string')
      work.left.push(`model_list (${name}): only ${target} of a pattern; routes have no patterns`);
  }
};

const firstTarget = (node: Node): string | undefined => {
  if (typeof node === 'string') return node;
  if (typeof node['to'] === 'string') return node['to'];
  const [list] = Object.values(node).filter((value) => value !== undefined && isArray(value));
  const [first] = list as readonly Json[];
  return first === undefined ? undefined : firstTarget(first as Node);
};
