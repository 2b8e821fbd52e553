import { type ConditionFacts, type FactPath, factAt, holds } from './condition.ts';
import type { Decision, DecisionEntry, DecisionReason } from './decision.ts';
import { Dice, drawOrder, stickyOrder, textHash } from './dice.ts';
import { leftOut } from './filter-target.ts';
import { inheritedSettings } from './inherited-settings.ts';
import type { RouteChoice } from './learned/asked/route-choice.ts';
import { type ChosenOrder, inChosenOrder } from './learned/chosen-order.ts';
import { pickTagged } from './pick-tagged.ts';
import { finishOrder } from './plan/finish-order.ts';
import { isTooSlow, type PreferredPace } from './preferred-pace.ts';
import { ranked, rankReasons } from './rank-targets.ts';
import type { FailureMatch, Route, RouteFilter, RouteSettings } from './route.ts';
import { blendedPrice, type RouteViews, type TargetView } from './target-view.ts';

/** What planning knows of the request. */
export interface RouteFacts extends ConditionFacts {
  readonly inputTokens: number;
  readonly maxOutputTokens?: number | undefined;
  /** Parameters the request uses, in the words of `/v1/models`. */
  readonly parameters: readonly string[];
  /** Undefined where nothing is streamed. */
  readonly streams?: boolean;
  readonly tags?: readonly string[];
  /** Who calls, for what must stay together of one caller and apart from all others. */
  readonly caller?: string;
  /** What a learned router makes of it. */
  readonly chosen?: ChosenOrder | undefined;
  /** The same for each choice that the route's tree asks for. */
  readonly choices?: ReadonlyMap<RouteChoice, ChosenOrder>;
  /** The conversation it belongs to, in a name that no other caller's can have. */
  readonly conversation?: string | undefined;
}

/** A step of a fallback that a candidate stands in: leaving one step for another needs a failure that `on` names. */
interface Gate {
  readonly fallback: object;
  readonly step: number;
  readonly on: FailureMatch | undefined;
}

/** A target in its place, ready to be tried. */
export interface Candidate {
  readonly model: string;
  readonly view: TargetView;
  readonly path: string;
  readonly settings: RouteSettings;
  readonly gates: readonly Gate[];
  /** Stands there for failures that lie in the request, and is never the first to be tried. */
  readonly onlyAfter?: boolean;
  /** When it answers, its conversation stays with it until it was idle for so long. */
  readonly pinsMs?: number;
}

export interface RoutePlan {
  readonly candidates: readonly Candidate[];
  /** Asked beside them, without anybody getting their answers. */
  readonly mirrors: readonly Candidate[];
  readonly decision: Decision;
}

export interface NamedRoute {
  readonly name: string;
  readonly route: Route;
  /** What the request says over what the route says, for every target. */
  readonly forced?: RouteSettings;
}

/** Where in the tree a node stands, and what holds there. */
interface Place {
  readonly path: string;
  readonly settings: RouteSettings;
  readonly gates: readonly Gate[];
  readonly filters: readonly RouteFilter[];
  readonly reason: DecisionReason;
}

/**
 * Puts the targets of a route in the order in which they are to be tried. Pure: the same route, facts, views and seed give the same plan. Targets
 * that cannot serve the request are left out; those whose circuit is open come last.
 */
export const planRoute = (
  { name, route, forced }: NamedRoute,
  facts: RouteFacts,
  how: { readonly views: RouteViews; readonly seed: string; readonly recall?: Recall },
): RoutePlan => {
  const planner = new Planner(facts, { ...how, name, forced }, new Dice(how.seed));
  const top: Place = { path: 'route', settings: {}, gates: [], filters: [], reason: 'named' };
  const candidates = planner.finish(planner.order(route, top));
  const order = candidates.map(({ view }) => view.target);
  const { stuck, pinned, mirrors, chosen, watched } = planner;
  return {
    candidates,
    mirrors,
    decision: {
      route: name,
      seed: how.seed,
      candidates: planner.entries,
      order,
      ...(stuck === undefined ? {} : { stuck }),
      ...(pinned === undefined ? {} : { pinned }),
      ...(chosen === undefined ? {} : { choice: chosen.shown }),
      ...(watched === undefined ? {} : { watched: watched.shown }),
    },
  };
};

/** What is remembered of a decision that is made again: which targets it came to, and what its sticky draws went by. */
export interface Recall {
  readonly paths: readonly string[];
  readonly stuck: readonly string[];
}

/** The name under which a conversation on a route is kept in mind. */
export const pinName = (route: string, conversation: string): string => `${route}\n${conversation}`;

/** A candidate and why it stands where it does. */
export interface Placed extends Candidate {
  readonly reason: DecisionReason;
}

class Planner {
  readonly entries: DecisionEntry[] = [];
  mirrors: readonly Candidate[] = none;
  stuck: string[] | undefined;
  pinned: string | undefined;
  chosen: ChosenOrder | undefined;
  /** What would have been chosen. */
  watched: ChosenOrder | undefined;
  readonly #facts: RouteFacts;
  readonly #name: string;
  readonly #views: RouteViews;
  readonly #recall: Recall | undefined;
  readonly #forced: RouteSettings | undefined;
  readonly #dice: Dice;

  constructor(
    facts: RouteFacts,
    how: {
      readonly name: string;
      readonly views: RouteViews;
      readonly recall?: Recall;
      readonly forced: RouteSettings | undefined;
    },
    dice: Dice,
  ) {
    this.#facts = facts;
    this.#name = how.name;
    this.#recall = how.recall;
    this.#views = how.views;
    this.#forced = how.forced;
    this.#dice = dice;
  }

  order(route: Route, above: Place): readonly Placed[] {
    const place = inherited(route, above);
    switch (route.kind) {
      case 'target':
        return this.#target(route.model, place);
      case 'fallback':
        return this.#fallback(route, place);
      case 'ordered':
        return this.#all(route.routes, place, 'in-order');
      case 'balance':
        return this.#balance(route, place);
      case 'first':
        return this.#first(this.order(route.route, place));
      case 'when':
        return this.#when(route, place);
      case 'rank': {
        const all = this.#all(route.routes, place, rankReasons[route.by]);
        return ranked(all, { by: route.by, streams: this.#facts.streams, within: route.within }, this.#dice);
      }
      case 'choose':
        return inChosenOrder(this.#all(route.routes, place, 'by-router'), this.#chosen(route.choice));
      case 'watch':
        this.watched ??= this.#facts.choices?.get(route.choice);
        return this.order(route.route, place);
      case 'mirror':
        return this.#mirror(route, place);
      case 'sticky':
        return this.#sticky(this.order(route.route, place), route.idleMs);
      case 'tagged':
        return this.#tagged(this.order(route.route, place), route.all);
      case 'price-draw':
        return this.#priceDraw(this.#all(route.routes, place, 'price-draw'));
      case 'preferred':
        return this.#preferred(this.order(route.route, place), route.wants);
      case 'filter':
        return this.order(route.route, { ...place, filters: [...place.filters, route.keep] });
    }
  }

  #chosen(choice: RouteChoice | undefined): ChosenOrder | undefined {
    const own = choice === undefined ? undefined : this.#facts.choices?.get(choice);
    this.chosen = own ?? this.#facts.chosen;
    return this.chosen;
  }

  finish(placed: readonly Placed[]): readonly Candidate[] {
    return finishOrder(placed, (candidate, verdict, reason) => this.#note(candidate, verdict, reason));
  }

  #target(model: string, place: Place): readonly Placed[] {
    const view = this.#views.target(model, place.settings, place.path);
    const { path, gates, reason } = place;
    const settings = this.#forced === undefined ? place.settings : { ...place.settings, ...this.#forced };
    const candidate: Placed = { model, view, path, settings, gates, reason };
    const why = leftOut(view, this.#facts, place);
    if (why === undefined) return [candidate];
    this.#note(candidate, 'dropped', why);
    return [];
  }

  /** A step for failures that lie in the request is for requests its elders were asked, or are too small for. */
  #fallback(route: Extract<Route, { readonly kind: 'fallback' }>, place: Place): readonly Placed[] {
    const { on } = route;
    const ofRequest = on !== undefined && isOfRequest(on);
    const noted = this.entries.length;
    const found: Placed[] = [];
    for (const [index, step] of route.routes.entries()) {
      const gates = [...place.gates, { fallback: route, step: index, on }];
      const candidates = this.order(step, { ...below(place, `targets[${index}]`, 'in-order'), gates });
      if (index === 0 || !ofRequest) found.push(...candidates);
      else if (found.length > 0) found.push(...candidates.map((candidate) => ({ ...candidate, onlyAfter: true })));
      else if (on.classes?.includes('context-window') === true && this.#tooSmall(noted)) found.push(...candidates);
      else for (const candidate of candidates) this.#note(candidate, 'dropped', 'not-meant');
    }
    return found;
  }

  #when(route: Extract<Route, { readonly kind: 'when' }>, place: Place): readonly Placed[] {
    const { cases, otherwise } = route;
    const index =
      this.#recall === undefined
        ? cases.findIndex(({ test }) => holds(test, this.#facts))
        : cases.findIndex((_, at) => this.#recalls(`${place.path}.${stepOf(route, at)}`));
    const found = cases[index]?.to ?? otherwise;
    return found === undefined ? [] : this.order(found, below(place, stepOf(route, index), place.reason));
  }

  /** Whether the targets of a decision stood there. */
  #recalls(step: string): boolean {
    return this.#recall?.paths.some((path) => path === step || path.startsWith(`${step}.`)) === true;
  }

  /** Drawn whether it comes to something or not, so that all draws behind it stay as they are. */
  #mirror({ route, to, share }: Extract<Route, { readonly kind: 'mirror' }>, place: Place): readonly Placed[] {
    const drawn = this.#dice.next() < share;
    const all = this.order(route, place);
    if (!drawn) return all;
    const [mirror] = this.#first(this.order(to, below(place, 'mirror', 'mirror')));
    if (mirror !== undefined && mirror.view.standing.state !== 'open') {
      this.mirrors = [...this.mirrors, mirror];
      this.#note(mirror, 'mirrored', 'mirror');
    }
    return all;
  }

  /** What a broken target knows of the conversation helps nobody. */
  #sticky(all: readonly Placed[], pinsMs: number): readonly Placed[] {
    const { conversation } = this.#facts;
    const name = this.#recall === undefined ? conversation : '';
    if (name === undefined) return all;
    const target = this.#views.pinned?.(pinName(this.#name, name));
    if (target !== undefined) this.pinned = target;
    const pinning = all.map((candidate) => ({ ...candidate, pinsMs }));
    const pinned = pinning.find(({ view }) => view.target === target && view.standing.state !== 'open');
    if (pinned === undefined) return pinning;
    return [{ ...pinned, reason: 'sticky' }, ...pinning.filter((candidate) => candidate !== pinned)];
  }

  #stickySeed(paths: readonly FactPath[]): string | undefined {
    const seed =
      this.#recall === undefined ? stickySeed(paths, this.#facts) : this.#recall.stuck[this.stuck?.length ?? 0];
    this.stuck ??= [];
    this.stuck.push(seed ?? '');
    return seed === '' ? undefined : seed;
  }

  #tooSmall(from: number): boolean {
    return this.entries.slice(from).some(({ reason }) => reason === 'context-window');
  }

  #tagged(all: readonly Placed[], every: boolean): readonly Placed[] {
    const picked = pickTagged(all, this.#facts.tags ?? [], every);
    for (const candidate of all) if (!picked.includes(candidate)) this.#note(candidate, 'dropped', 'tags');
    return picked;
  }

  #balance(route: Extract<Route, { readonly kind: 'balance' }>, place: Place): readonly Placed[] {
    const steps = route.routes.map((step, index) => ({
      weight: step.weight,
      name: step.route.kind === 'target' ? step.route.model : `step ${index}`,
      candidates: this.order(step.route, below(place, `targets[${index}]`, 'weighted-draw')),
    }));
    // What cannot be called takes no share, and what is broken none while something else works.
    const able = steps.filter(({ candidates }) => candidates.length > 0);
    const well = able.filter(({ candidates }) => candidates.some(({ view }) => view.standing.state !== 'open'));
    const ill = able.filter((step) => !well.includes(step));
    const weight = (step: (typeof steps)[number]): number => step.weight;
    const stuck = route.sticky === undefined ? undefined : this.#stickySeed(route.sticky);
    const order =
      stuck === undefined
        ? [...drawOrder(well, weight, this.#dice), ...drawOrder(ill, weight, this.#dice)]
        : [...stickyOrder(well, { weight, name: nameOfStep, seed: stuck }), ...ill];
    return order.flatMap(({ candidates }) => candidates);
  }

  /** One that works, if there is one. */
  #first(all: readonly Placed[]): readonly Placed[] {
    const first = all.find(({ view }) => view.standing.state !== 'open') ?? all[0];
    for (const candidate of all) if (candidate !== first) this.#note(candidate, 'dropped', 'not-first');
    return first === undefined ? [] : [first];
  }

  #preferred(all: readonly Placed[], wants: PreferredPace): readonly Placed[] {
    const fast: Placed[] = [];
    const slow: Placed[] = [];
    for (const placed of all) {
      const { view, model, settings } = placed;
      if (view.tooSlow !== true && !isTooSlow(this.#views.pace?.(model, settings), wants)) fast.push(placed);
      else slow.push({ ...placed, view: { ...view, tooSlow: true }, reason: 'too-slow' });
    }
    return [...fast, ...slow];
  }

  /** Unknown prices come after known ones; the cheaper a target, the more often it is first. */
  #priceDraw(all: readonly Placed[]): readonly Placed[] {
    const weight = ({ view }: Placed): number => {
      const price = blendedPrice(view);
      return price === undefined ? 0 : 1 / Math.max(price, 1) ** 2;
    };
    const stable = all.filter(({ view }) => !view.unstable);
    const unstable = all.filter(({ view }) => view.unstable);
    return [...drawOrder(stable, weight, this.#dice), ...drawOrder(unstable, weight, this.#dice)];
  }

  #all(routes: readonly Route[], place: Place, reason: DecisionReason): readonly Placed[] {
    return routes.flatMap((route, index) => this.order(route, below(place, `targets[${index}]`, reason)));
  }

  #note({ view, path }: Placed, verdict: DecisionEntry['verdict'], reason: DecisionReason): void {
    this.entries.push({ target: view.target, path, verdict, reason, view });
  }
}

const none: readonly Candidate[] = [];

const stepOf = ({ cases }: Extract<Route, { readonly kind: 'when' }>, index: number): string =>
  index < 0 ? 'otherwise' : (cases[index]?.at ?? `cases[${index}]`);

const nameOfStep = ({ name }: { readonly name: string }): string => name;

/** What calls that stay together have in common; undefined when the call has none of it. */
const stickySeed = (paths: readonly FactPath[], facts: RouteFacts): string | undefined => {
  const values = paths.map((path) => factAt(path, facts));
  if (values.length > 0 && values.every((value) => value === undefined)) return undefined;
  return textHash(JSON.stringify([facts.caller ?? '', ...values.map((value) => value ?? null)]));
};

const below = (place: Place, step: string, reason: DecisionReason): Place => ({
  ...place,
  path: `${place.path}.${step}`,
  reason,
});

/** Whether nothing leads on but what is wrong for one model and right for another. */
const isOfRequest = ({ classes = [], statuses = [] }: FailureMatch): boolean =>
  statuses.length === 0 && classes.every((one) => one === 'context-window' || one === 'content-policy');

const inherited = (route: Route, place: Place): Place => {
  const settings = inheritedSettings(route, place.settings);
  return settings === place.settings ? place : { ...place, settings };
};
