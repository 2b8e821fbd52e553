import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { ExchangeFact } from '../../core/facts/exchange-fact.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { readDecision } from '../../core/routing/record/decision-record.ts';
import { replayDecision } from '../../core/routing/record/replay-decision.ts';
import { treeHash } from '../../core/routing/record/tree-hash.ts';
import type { FactStore } from '../../ports/fact-store.ts';
import type { Identity, KeyRing } from '../../ports/key-ring.ts';
import { problemReply } from '../admin/problem-reply.ts';
import { lastOfEach } from '../admin/request-parts.ts';
import { organisationFor } from '../admin/rights.ts';
import type { CompiledConfig } from '../compiled-config.ts';
import { asGatewayError } from '../doors/error-reply.ts';
import type { Incoming, WireReply } from '../incoming.ts';
import { callerOf } from '../line/stages/identify.ts';
import { readDecisionQuery, writePlace } from './decision-query.ts';
import { decisionView } from './decision-view.ts';

export interface DecisionApiParts {
  readonly facts: FactStore;
  readonly keys: KeyRing;
  config(): CompiledConfig;
  nextId(): string;
  /** Takes what failed inside, for the log. */
  failed(requestId: string, error: unknown): void;
}

/** Why calls went where they went: one decision, lists of them, and the same once more over the routes as they are now. */
export class DecisionApi {
  readonly #parts: DecisionApiParts;

  constructor(parts: DecisionApiParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(incoming: Incoming): Promise<WireReply> {
    const requestId = this.#parts.nextId();
    try {
      const body = await this.#answer(incoming);
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': requestId };
      return { status: 200, headers, body: `${JSON.stringify(body)}\n` };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#parts.failed(requestId, error);
      return problemReply(failure, requestId);
    }
  }

  async #answer(incoming: Incoming): Promise<JsonObject> {
    const [, id, replays] = /^\/v1\/decisions(?:\/([^/]+)(\/replay)?)?\/?$/.exec(incoming.path) ?? [];
    const isKnown = id !== undefined || /^\/v1\/decisions\/?$/.test(incoming.path);
    if (!isKnown) throw new GatewayError('not_found', `There is no ${incoming.path.slice(0, 200)} here.`);
    if (incoming.method !== 'GET')
      throw new GatewayError('method_not_allowed', `${incoming.method} is not taken here. Use GET.`);
    const identity = await callerOf(incoming, this.#parts.keys);
    const query = lastOfEach(incoming.query);
    if (id === undefined) return this.#list(identity, query);
    const fact = await this.#find(identity, { id, orgId: query.get('organisation') });
    const view = decisionView(fact);
    if (view === undefined) throw noDecision(id);
    return replays === undefined ? view : this.#replay(fact);
  }

  async #list(identity: Identity, query: ReadonlyMap<string, string>): Promise<JsonObject> {
    const { filter, ...page } = readDecisionQuery(query);
    const orgId = organisationOf(identity, query.get('organisation'));
    const own = ownOf(identity);
    const { facts, next } = await this.#parts.facts.list({ ...page, filter: { ...filter, ...own, orgId } });
    const data = facts.map(decisionView).filter((view) => view !== undefined);
    return { object: 'list', data, next: next === undefined ? null : writePlace(next) };
  }

  async #find(
    identity: Identity,
    { id, orgId }: { readonly id: string; readonly orgId: string | undefined },
  ): Promise<ExchangeFact> {
    const fact = await this.#parts.facts.find(organisationOf(identity, orgId), id);
    const { keyId, teamId } = ownOf(identity);
    const others = (keyId !== undefined && fact?.keyId !== keyId) || (teamId !== undefined && fact?.teamId !== teamId);
    if (fact === undefined || others) throw noDecision(id);
    return fact;
  }

  /** What was known then, decided over the route as it is now. */
  #replay(fact: ExchangeFact): JsonObject {
    const recorded = readDecision(fact.decision ?? null, fact.exchangeId);
    if (recorded === undefined) throw noDecision(fact.exchangeId);
    const { decision } = recorded;
    const route = this.#parts.config().routes.get(decision.route);
    if (route === undefined)
      throw new GatewayError(
        'conflict',
        `"${decision.route.slice(0, 200)}" is no route of the config file, so there is nothing to decide over again.`,
      );
    const { order, sameFirst, sameOrder } = replayDecision(recorded, route);
    return {
      object: 'decision_replay',
      id: fact.exchangeId,
      route: decision.route,
      route_changed: treeHash(route) !== recorded.treeHash,
      order,
      recorded_order: decision.order,
      same_first: sameFirst,
      same_order: sameOrder,
    };
  }
}

const noDecision = (id: string): GatewayError =>
  new GatewayError(
    'not_found',
    `There is no decision "${id.slice(0, 200)}". One is kept where a route had a choice, or a call carried x-sluice-explain.`,
  );

/** A key for calls sees its own organisation; whose decisions there, `ownOf` says. */
const organisationOf = (identity: Identity, asked: string | undefined): string =>
  identity.role === 'member' ? identity.orgId : organisationFor(identity, asked);

/** Whose decisions a caller may see: a key for calls its own, an admin of a team the team's. */
const ownOf = ({ role, keyId, grant }: Identity): { readonly keyId?: string; readonly teamId?: string } => {
  if (role === 'member') return { keyId: keyId ?? '' };
  return grant?.of === 'team' ? { teamId: grant.teamId ?? '' } : {};
};
