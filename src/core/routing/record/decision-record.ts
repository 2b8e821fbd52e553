import { isArray, isObject, isString, type Json, type JsonObject } from '../../json/json.ts';
import type { Decision, DecisionEntry } from '../decision.ts';
import type { RouteFacts } from '../plan-route.ts';
import type { TargetView } from '../target-view.ts';

/** What of a request a decision went by, without any of its text. */
export type RecordedFacts = Pick<RouteFacts, 'inputTokens' | 'maxOutputTokens' | 'parameters' | 'streams' | 'tags'>;

export interface RecordedDecision {
  readonly decision: Decision;
  readonly facts: RecordedFacts;
  /** Of the route's tree as it was: another one now decides otherwise. */
  readonly treeHash: string;
}

/** A decision as it is kept: what is as usual of a target is left out. */
export const writeDecision = (decision: Decision, facts: RecordedFacts, treeHash: string): JsonObject => {
  const { route, order, candidates, stuck, pinned, choice, watched } = decision;
  const { inputTokens, maxOutputTokens, parameters, streams, tags } = facts;
  return {
    route,
    tree: treeHash,
    order,
    facts: present({ inputTokens, maxOutputTokens, parameters, streams, tags }),
    candidates: candidates.map(({ target, path, verdict, reason, view }) => [
      target,
      path,
      verdict,
      reason,
      writeView(view, parameters),
    ]),
    ...(stuck === undefined ? {} : { stuck }),
    ...(pinned === undefined ? {} : { pinned }),
    ...(choice === undefined ? {} : { choice }),
    ...(watched === undefined ? {} : { watched }),
  };
};

const writeView = (view: TargetView, asked: readonly string[]): JsonObject => {
  const { target: _target, provider, standing, unstable, inFlight, parameters, ...rest } = view;
  return present({
    ...rest,
    provider: view.target.startsWith(`${provider}/`) ? undefined : provider,
    standing: standing.state === 'closed' ? undefined : { ...standing },
    unstable: unstable ? true : undefined,
    inFlight: inFlight === 0 ? undefined : inFlight,
    // Only what the request uses was looked at.
    parameters: parameters === undefined ? undefined : asked.filter((name) => parameters.includes(name)),
    minuteRequests: rest.minuteRequests === 0 ? undefined : rest.minuteRequests,
    minuteTokens: rest.minuteTokens === 0 ? undefined : rest.minuteTokens,
  });
};

const present = (members: Readonly<Record<string, Json | object | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;

/** Reads what `writeDecision` wrote; undefined for anything else. `seed` is the request's id. */
export const readDecision = (json: Json, seed: string): RecordedDecision | undefined => {
  if (!isObject(json)) return undefined;
  const { route, tree, order, facts, candidates, stuck, pinned, choice, watched } = json;
  if (!isString(route ?? null) || !isArray(order ?? null) || !isArray(candidates ?? null) || !isObject(facts ?? null))
    return undefined;
  return {
    decision: {
      route: route as string,
      seed,
      order: order as readonly string[],
      candidates: (candidates as readonly Json[]).flatMap((entry) => readEntry(entry) ?? []),
      ...(isArray(stuck ?? null) ? { stuck: stuck as readonly string[] } : {}),
      ...(isString(pinned ?? null) ? { pinned: pinned as string } : {}),
      ...(isObject(choice ?? null) ? { choice: choice as JsonObject } : {}),
      ...(isObject(watched ?? null) ? { watched: watched as JsonObject } : {}),
    },
    facts: { inputTokens: 0, parameters: [], ...(facts as JsonObject) } as RecordedFacts,
    treeHash: isString(tree ?? null) ? (tree as string) : '',
  };
};

const readEntry = (json: Json): DecisionEntry | undefined => {
  if (!isArray(json)) return undefined;
  const [target, path, verdict, reason, view] = json;
  if (!isString(target ?? null) || !isObject(view ?? null)) return undefined;
  const name = target as string;
  const usual = {
    target: name,
    provider: name.slice(0, Math.max(0, name.indexOf('/'))),
    standing: { state: 'closed' },
    unstable: false,
    inFlight: 0,
  };
  return { target, path, verdict, reason, view: { ...usual, ...(view as JsonObject) } } as unknown as DecisionEntry;
};
