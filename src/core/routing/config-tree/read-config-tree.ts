import { type FailureClass, failureClasses } from '../../errors/failure-class.ts';
import { invalidField } from '../../errors/gateway-error.ts';
import { isObject, isString, type Json, type JsonObject } from '../../json/json.ts';
import type { FactPath } from '../condition.ts';
import { readFactPath } from '../read-condition.ts';
import type { FailureMatch, Route } from '../route.ts';
import { conditionalCases } from './conditional-cases.ts';
import { settingsOfNode, type TreeGrants } from './node-settings.ts';
import { checkMembers, inSnakeCase, partMembers } from './tree-members.ts';
import { listAt, matchOf, numberAt, objectAt, statusesAt, textAt, textsAt } from './tree-values.ts';

/** Deeper trees are nobody's, and wider ones only where conditions choose. */
const deepest = 16;
const mostBelow = { root: 100, nested: 50, conditional: 1000 } as const;
const mostNodes = 2000;

const everyFailure: readonly FailureClass[] = failureClasses;

/** What a slug stands for: a provider, and the credential that is used there when the slug names one. */
export interface SlugMeaning {
  readonly provider: string;
  readonly credential?: string;
}

export interface TreeContext extends TreeGrants {
  /** The request's own model. */
  readonly model: string | undefined;
  /** Undefined for a slug that nobody knows: it is taken for a provider's name. */
  slug(slug: string): SlugMeaning | undefined;
  /** The operator's route of that name, which a leaf without a provider may name as its model. */
  route?(name: string): Route | undefined;
  /** Members that hold at every node, whatever stands there. */
  readonly forced?: JsonObject;
}

export interface ConfigTree {
  readonly route: Route;
  /** What was read otherwise than it is written, or passed over. */
  readonly warnings: readonly string[];
}

/**
 * Reads a tree of targets as clients send it inline in a header: nodes with `strategy` and `targets`, leaves with `provider` and `override_params`.
 * Throws a 400 that names the place, as in `config.targets[1].weight`.
 */
export const readConfigTree = (tree: Json, context: TreeContext): ConfigTree => {
  const reader = new TreeReader(context);
  const route = reader.node(tree, { at: 'config', depth: 0, above: {} });
  return { route, warnings: reader.warnings };
};

interface Place {
  readonly at: string;
  readonly depth: number;
  /** Overrides of the nodes above, since a target's model is one of them. */
  readonly above: JsonObject;
}

class TreeReader {
  readonly warnings: string[] = [];
  readonly #context: TreeContext;
  #nodes = 0;

  constructor(context: TreeContext) {
    this.#context = context;
  }

  node(written: Json, { at, depth, above }: Place): Route {
    if (!isObject(written)) throw invalidField(at, 'must be an object.');
    this.#nodes += 1;
    if (depth > deepest) throw invalidField(at, `is nested deeper than ${deepest} levels.`);
    if (this.#nodes > mostNodes) throw invalidField(at, `is one of more than ${mostNodes} nodes.`);
    const node = { ...inSnakeCase(written), ...this.#context.forced };
    this.#warn(...checkMembers(node, at));
    const warn = (warning: string): void => this.#warn(warning);
    const settings = settingsOfNode(node, { at, grants: this.#context, warn });
    const overrides = { ...above, ...objectAt(node['override_params'], `${at}.override_params`) };
    const strategy = strategyOf(node, at);
    if (strategy === undefined) return { ...this.#leaf(node, overrides, at), ...settings };
    const targets = listAt(node['targets'], `${at}.targets`);
    refuseTooWide(targets, strategy.mode, { at, depth });
    const routes = targets.map((target, index) =>
      this.node(target, { at: `${at}.targets[${index}]`, depth: depth + 1, above: overrides }),
    );
    return { ...this.#branch(strategy, { targets, routes, at }), ...settings };
  }

  #branch({ mode, members }: Strategy, { targets, routes, at }: Branches): Route {
    switch (mode) {
      case 'single':
        return { kind: 'fallback', routes: routes.slice(0, 1) };
      case 'fallback':
        return { kind: 'fallback', routes, on: onOf(members, `${at}.strategy`) };
      case 'loadbalance':
        return { kind: 'first', route: this.#balance(members, { targets, routes, at }) };
      case 'conditional':
        return { kind: 'when', cases: conditionalCases(members, `${at}.strategy`, { targets, routes }) };
    }
  }

  #balance(members: JsonObject, { targets, routes, at }: Branches): Route {
    const weights = targets.map((target, index) => weightOf(target, `${at}.targets[${index}].weight`));
    if (weights.every((weight) => weight === 0)) throw invalidField(`${at}.targets`, 'has no weight above 0.');
    const shares = routes.map((route, index) => ({ route, weight: weights[index] ?? 1 }));
    const sticky = stickyOf(members['sticky'], `${at}.strategy.sticky`);
    return { kind: 'balance', routes: shares, ...(sticky === undefined ? {} : { sticky }) };
  }

  #leaf(node: JsonObject, overrides: JsonObject, at: string): Route {
    const slug = slugAt(node['provider'], `${at}.provider`);
    const key = slugAt(node['virtual_key'], `${at}.virtual_key`);
    const own = overrides['model'];
    const model = isString(own) ? own : this.#context.model;
    if (model === undefined) throw invalidField(at, 'names no model, and the request names none either.');
    const meaning = key === undefined ? (slug === undefined ? undefined : this.#meaning(slug)) : this.#meaning(key);
    const spoken = this.#spoken(model);
    // A name such as @cf/… is the provider's own where nobody here is called cf.
    if (spoken !== undefined) return targetOf(spoken.meaning, spoken.model);
    if (meaning !== undefined) return targetOf(meaning, model);
    return this.#context.route?.(model) ?? { kind: 'target', model: model.startsWith('@') ? model.slice(1) : model };
  }

  #meaning(slug: string): SlugMeaning {
    return this.#context.slug(slug) ?? { provider: slug };
  }

  /** The parts of `@slug/model`. */
  #spoken(model: string): { readonly meaning: SlugMeaning; readonly model: string } | undefined {
    const slash = model.startsWith('@') ? model.indexOf('/') : -1;
    const meaning = slash < 2 ? undefined : this.#context.slug(model.slice(1, slash));
    return meaning === undefined ? undefined : { meaning, model: model.slice(slash + 1) };
  }

  #warn(...warnings: readonly string[]): void {
    const most = 10;
    this.warnings.push(...warnings.slice(0, most - this.warnings.length));
  }
}

const targetOf = ({ provider, credential }: SlugMeaning, model: string): Route => ({
  kind: 'target',
  model: `${provider}/${model}`,
  ...(credential === undefined ? {} : { credential }),
});

const modes = ['single', 'loadbalance', 'fallback', 'conditional'] as const;
type Mode = (typeof modes)[number];

interface Strategy {
  readonly mode: Mode;
  readonly members: JsonObject;
}

interface Branches {
  readonly targets: readonly Json[];
  readonly routes: readonly Route[];
  readonly at: string;
}

const strategyMembers = ['mode', 'on_status_codes', 'conditions', 'default', 'sticky', 'cb_config'];

const strategyOf = (node: JsonObject, at: string): Strategy | undefined => {
  const written = objectAt(node['strategy'], `${at}.strategy`);
  if (written === undefined && node['targets'] === undefined) return undefined;
  const members = partMembers(written ?? {}, strategyMembers, `${at}.strategy`);
  const mode = members['mode'] ?? 'single';
  const known = modes.find((name) => name === mode);
  if (known === undefined) throw invalidField(`${at}.strategy.mode`, `must be one of ${modes.join(', ')}.`);
  return { mode: known, members };
};

const refuseTooWide = (targets: readonly Json[], mode: Mode, { at, depth }: Pick<Place, 'at' | 'depth'>): void => {
  const most = depth > 0 ? mostBelow.nested : mode === 'conditional' ? mostBelow.conditional : mostBelow.root;
  if (targets.length > most) throw invalidField(`${at}.targets`, `holds more than ${most} targets.`);
};

const weightOf = (target: Json, at: string): number =>
  isObject(target) ? (numberAt(target['weight'], at, { least: 0, most: 1_000_000 }) ?? 1) : 1;

const slugAt = (value: Json | undefined, at: string): string | undefined => {
  const slug = textAt(value, at);
  return slug?.startsWith('@') === true ? slug.slice(1) : slug;
};

/** Without codes every failure leads on, as clients of such trees expect. */
const onOf = (strategy: JsonObject, at: string): FailureMatch => {
  const codes = strategy['on_status_codes'];
  return codes === undefined ? { classes: everyFailure } : matchOf(statusesAt(codes, `${at}.on_status_codes`));
};

/** Which calls stay together; undefined when each is drawn for itself. A draw that depends on nothing but who calls needs no end. */
const stickyOf = (written: Json | undefined, at: string): readonly FactPath[] | undefined => {
  const given = objectAt(written, at);
  if (given === undefined) return undefined;
  const sticky = partMembers(given, ['enabled', 'hash_fields', 'ttl'], at);
  const { enabled = true } = sticky;
  if (typeof enabled !== 'boolean') throw invalidField(`${at}.enabled`, 'must be true or false.');
  numberAt(sticky['ttl'], `${at}.ttl`, { least: 1, most: 31_536_000 });
  const fields = textsAt(sticky['hash_fields'], `${at}.hash_fields`) ?? [];
  const paths = fields.map((field, index) => {
    const path = readFactPath(field);
    if (path === undefined)
      throw invalidField(`${at}.hash_fields[${index}]`, 'must begin with metadata., params. or headers.');
    return path;
  });
  return enabled ? paths : undefined;
};
