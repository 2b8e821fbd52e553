import { type FailureClass, failureClasses } from '../errors/failure-class.ts';
import { invalidField } from '../errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../json/json.ts';
import { readCondition } from './read-condition.ts';
import type { FailureMatch, Route, RouteSettings, WhenCase } from './route.ts';

/** Deeper or larger trees are nobody's. */
const deepest = 16;
const mostTargets = 1000;

const everyFailure: readonly FailureClass[] = failureClasses;

/**
 * Reads a tree of targets as clients send it inline in a header: nodes with `strategy` and `targets`, leaves with `provider` and `override_params`.
 * `model` is the request's own. Throws a 400 that names the place, as in `config.targets[1].weight`.
 */
export const readConfigTree = (tree: Json, model: string | undefined): Route => {
  const reader = new TreeReader(model);
  return reader.node(tree, 'config', 0);
};

class TreeReader {
  readonly #model: string | undefined;
  #targets = 0;

  constructor(model: string | undefined) {
    this.#model = model;
  }

  node(written: Json, at: string, depth: number): Route {
    if (!isObject(written)) throw invalidField(at, 'must be an object.');
    this.#targets += 1;
    if (depth > deepest || this.#targets > mostTargets) throw invalidField(at, 'is more than such a tree may hold.');
    for (const name of refused)
      if (written[name] !== undefined)
        throw invalidField(
          `${at}.${name}`,
          'is not taken from clients. Name a provider that this Sluice is set up for.',
        );
    const settings = settingsOf(written, at);
    const mode = modeOf(written, at);
    if (mode === undefined) return { kind: 'target', model: this.#nameOf(written, at), ...settings };
    const targets = listOf(written['targets'], `${at}.targets`);
    const routes = targets.map((target, index) =>
      this.node(withParent(target, written), `${at}.targets[${index}]`, depth + 1),
    );
    return { ...this.#strategy(mode, { written, targets, routes, at }), ...settings };
  }

  #strategy(mode: Mode, node: Strategy): Route {
    const { written, targets, routes, at } = node;
    switch (mode) {
      case 'single':
        return { kind: 'first', route: { kind: 'fallback', routes } };
      case 'fallback':
        return { kind: 'fallback', routes, on: onOf(strategyOf(written), `${at}.strategy`) };
      case 'loadbalance': {
        const weights = targets.map((target, index) => weightOf(target, `${at}.targets[${index}].weight`));
        if (weights.every((weight) => weight === 0)) throw invalidField(`${at}.targets`, 'has no weight above 0.');
        const shares = routes.map((route, index) => ({ route, weight: weights[index] ?? 1 }));
        return { kind: 'first', route: { kind: 'balance', routes: shares } };
      }
      case 'conditional':
        return conditional(node);
    }
  }

  #nameOf(written: JsonObject, at: string): string {
    const provider = slugOf(written['provider'] ?? written['virtual_key'], `${at}.provider`);
    const params = written['override_params'];
    const own = isObject(params) ? params['model'] : undefined;
    const model = isString(own) ? own : this.#model;
    if (model === undefined) throw invalidField(at, 'names no model, and the request names none either.');
    const plain = model.startsWith('@') ? model.slice(1) : model;
    return provider === undefined || model.startsWith('@') ? plain : `${provider}/${plain}`;
  }
}

/** What would send a key, or a request, where the installation does not. */
const refused = ['api_key', 'custom_host', 'forward_headers'] as const;

const modes = ['single', 'loadbalance', 'fallback', 'conditional'] as const;
type Mode = (typeof modes)[number];

interface Strategy {
  readonly written: JsonObject;
  readonly targets: readonly Json[];
  readonly routes: readonly Route[];
  readonly at: string;
}

const strategyOf = (written: JsonObject): JsonObject => {
  const strategy = written['strategy'];
  return isObject(strategy) ? strategy : {};
};

const modeOf = (written: JsonObject, at: string): Mode | undefined => {
  if (written['strategy'] === undefined && written['targets'] === undefined) return undefined;
  const mode = strategyOf(written)['mode'] ?? 'single';
  const known = modes.find((name) => name === mode);
  if (known === undefined) throw invalidField(`${at}.strategy.mode`, `must be one of ${modes.join(', ')}.`);
  return known;
};

const listOf = (value: Json | undefined, at: string): readonly Json[] => {
  if (value === undefined || !isArray(value) || value.length === 0)
    throw invalidField(at, 'must be a list with one target at least.');
  return value;
};

/** Overrides are merged down the tree here, since a target's model is one of them. */
const withParent = (target: Json, { override_params: above }: JsonObject): Json =>
  isObject(target) && isObject(above ?? null)
    ? { ...target, override_params: { ...(above as JsonObject), ...((target['override_params'] ?? {}) as JsonObject) } }
    : target;

const conditional = ({ written, targets, routes, at }: Strategy): Route => {
  const strategy = strategyOf(written);
  const named = (name: Json | undefined, place: string): { readonly to: Route; readonly at: string } => {
    const index = targets.findIndex((target) => isObject(target) && target['name'] === name);
    const to = routes[index];
    if (to === undefined) throw invalidField(place, 'names no target.');
    return { to, at: `targets[${index}]` };
  };
  const cases = listOf(strategy['conditions'], `${at}.strategy.conditions`).map((condition, index): WhenCase => {
    const place = `${at}.strategy.conditions[${index}]`;
    if (!isObject(condition)) throw invalidField(place, 'must be an object with `query` and `then`.');
    const read = readCondition(condition['query'] ?? null);
    if ('problem' in read)
      throw invalidField(
        [`${place}.query`, ...read.problem.path].join('.'),
        `${read.problem.message}; ${read.problem.fix}.`,
      );
    return { test: read.condition, ...named(condition['then'], `${place}.then`) };
  });
  const preset = strategy['default'];
  const always: readonly WhenCase[] =
    preset === undefined ? [] : [{ test: { kind: 'all', of: [] }, ...named(preset, `${at}.strategy.default`) }];
  return { kind: 'when', cases: [...cases, ...always] };
};

const weightOf = (target: Json, at: string): number => {
  const weight = isObject(target) ? (target['weight'] ?? 1) : 1;
  if (typeof weight === 'number' && weight >= 0) return weight;
  throw invalidField(at, 'must be a number of 0 or more, not a text.');
};

const slugOf = (value: Json | undefined, at: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isString(value) || value === '') throw invalidField(at, 'must be the name of a provider.');
  return value.startsWith('@') ? value.slice(1) : value;
};

/** Without codes every failure leads on, as clients of such trees expect. */
const onOf = (strategy: JsonObject, at: string): FailureMatch =>
  strategy['on_status_codes'] === undefined
    ? { classes: everyFailure }
    : { statuses: statusesOf(strategy['on_status_codes'], `${at}.on_status_codes`) };

const statusesOf = (value: Json, at: string): readonly number[] => {
  if (!isArray(value)) throw invalidField(at, 'must be a list of statuses.');
  return value.map((status, index) => {
    if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) return status;
    throw invalidField(`${at}[${index}]`, 'must be a status between 100 and 599.');
  });
};

const usualRetries = [429, 500, 502, 503, 504];

const settingsOf = (written: JsonObject, at: string): RouteSettings => {
  const { retry, request_timeout: timeout, override_params: params } = written;
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0))
    throw invalidField(`${at}.request_timeout`, 'must be milliseconds above 0.');
  if (params !== undefined && !isObject(params)) throw invalidField(`${at}.override_params`, 'must be an object.');
  const { model: _model, ...overrides } = params ?? {};
  return {
    ...(retry === undefined ? {} : { retry: retryOf(retry, `${at}.retry`) }),
    ...(timeout === undefined ? {} : { firstByteMs: timeout }),
    ...(Object.keys(overrides).length === 0 ? {} : { overrides }),
  };
};

const retryOf = (retry: Json, at: string): NonNullable<RouteSettings['retry']> => {
  const attempts = isObject(retry) ? retry['attempts'] : undefined;
  if (!isObject(retry) || typeof attempts !== 'number' || !Number.isInteger(attempts) || attempts < 0 || attempts > 10)
    throw invalidField(`${at}.attempts`, 'must be a whole number up to 10.');
  return {
    attempts,
    on: { statuses: statusesOf(retry['on_status_codes'] ?? usualRetries, `${at}.on_status_codes`) },
    // Code and documentation of such trees disagree on the name; both are taken.
    followsRetryAfter: retry['use_retry_after_header'] === true || retry['use_retry_after_headers'] === true,
  };
};
