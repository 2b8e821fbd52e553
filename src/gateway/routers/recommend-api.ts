import { allowsModel } from '../../core/access/key-policy.ts';
import { dialects } from '../../core/dialects/index.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../core/json/json.ts';
import { checkJsonLimits } from '../../core/json/scan.ts';
import { dialsIn, onlyDial } from '../../core/routing/learned/asked/read-dial.ts';
import type { Dial } from '../../core/routing/learned/choice.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Identity, KeyRing } from '../../ports/key-ring.ts';
import type { DecisionRecord, DecisionStore } from '../../ports/routing/decision-store.ts';
import { bodyBytes } from '../admin/request-parts.ts';
import type { CompiledConfig } from '../compiled-config.ts';
import { asGatewayError } from '../doors/error-reply.ts';
import type { Incoming, WireReply } from '../incoming.ts';
import { admitHead } from '../line/stages/admit.ts';
import { callerOf } from '../line/stages/identify.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { chooseModel, shownChoice } from './choose-model.ts';
import { factsOfMessages } from './facts-of-messages.ts';
import { bestRanked, openPool } from './open-pool.ts';
import type { RouterDirectory } from './router-directory.ts';
import type { RouterEngine } from './router-engine.ts';

/** Names under which a request asks to be told which model to call. */
const routerName = /^router(?:\/([A-Za-z0-9_-]{1,64}))?$/;
const decisionsPath = '/v1/decisions';
const mostCandidates = 200;
const qualityAlone: Dial = { kind: 'rule', rule: { lambda: Number.POSITIVE_INFINITY } };

export interface RecommendTools {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly engine: RouterEngine;
  readonly directory: RouterDirectory;
  readonly decisions: DecisionStore;
  config(): CompiledConfig;
}

/** Answers that recommend a model for a whole chat request, and what was decided before. */
export class RecommendApi {
  readonly #tools: RecommendTools;
  readonly #failed: (requestId: string, error: unknown) => void;

  constructor(tools: RecommendTools, failed: (requestId: string, error: unknown) => void) {
    this.#tools = tools;
    this.#failed = failed;
  }

  /** Never rejects. `passOn` takes requests that name no router: where they would go is told by the routes. */
  async handle(incoming: Incoming, passOn: (incoming: Incoming) => Promise<WireReply>): Promise<WireReply> {
    const requestId = this.#tools.ids.next();
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': requestId };
    try {
      const identity = await this.#known(incoming);
      // A stranger is refused by the line, which writes that down, and without its body being read.
      if (identity === undefined) return await passOn(incoming);
      if (incoming.path.startsWith(decisionsPath)) {
        const decided = await this.#decided(incoming, identity);
        return decided === undefined ? await passOn(incoming) : { status: 200, headers, body: JSON.stringify(decided) };
      }
      const bytes = await this.#bytes(incoming);
      const body = this.#routerBody(bytes);
      if (body === undefined) return await passOn(withBytes(incoming, bytes));
      admitHead(identity, incoming, 'chat');
      const answer = await this.#recommend(identity, body);
      return {
        status: 200,
        headers: { ...headers, 'x-sluice-decision-id': answer.id },
        body: JSON.stringify(answer.body),
      };
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') this.#failed(requestId, error);
      return {
        status: failure.status,
        headers,
        body: JSON.stringify(dialects['openai-chat'].encodeError(failure, requestId)),
      };
    } finally {
      incoming.settled();
    }
  }

  async #known(incoming: Incoming): Promise<Identity | undefined> {
    try {
      return await callerOf(incoming, this.#tools.keys);
    } catch {
      return undefined;
    }
  }

  #bytes(incoming: Incoming): Promise<Uint8Array> {
    const { limits } = this.#tools.config();
    return bodyBytes(incoming, limits.bodyBytes);
  }

  /** Undefined for what names no router: others read it, and say what is wrong with it. */
  #routerBody(bytes: Uint8Array): JsonObject | undefined {
    const { limits } = this.#tools.config();
    const text = new TextDecoder().decode(bytes);
    if (!/"router(?:\/[^"]*)?"/.test(text)) return undefined;
    checkJsonLimits(bytes, { maxValues: limits.jsonValues, maxDepth: limits.jsonDepth });
    const body = parseJson(text);
    return isObject(body) && typeof body['model'] === 'string' && routerName.test(body['model']) ? body : undefined;
  }

  async #recommend(identity: Identity, body: JsonObject): Promise<{ readonly id: string; readonly body: JsonObject }> {
    const { engine, directory, decisions, clock, ids } = this.#tools;
    const routerId = routerName.exec(String(body['model']))?.[1];
    const router = routerId === undefined ? undefined : await directory.inForce(identity.orgId, routerId);
    const facts = factsOfMessages(messagesOf(body), Array.isArray(body['tools']) ? body['tools'] : []);
    const asked = {
      identity,
      candidates: this.#pool(identity, body),
      facts,
      dial: onlyDial(dialsIn(body)) ?? qualityAlone,
    };
    const chosen = chooseModel({ ...asked, ...(router === undefined ? {} : { router }) }, engine);
    const id = ids.next();
    const shown = shownChoice(chosen, router);
    decisions.add(identity.orgId, {
      id,
      createdMs: clock.wallMs(),
      ...(identity.keyId === undefined ? {} : { keyId: identity.keyId }),
      ...(routerId === undefined ? {} : { routerId }),
      record: { door: 'route', answered: { model: chosen.model }, ...shown, input_tokens: facts.inputTokens },
    });
    return { id, body: { decision_id: id, ...shown, model: chosen.model } };
  }

  /** The request's own `models`, else those of the open pool that the key may use. */
  #pool(identity: Identity, body: JsonObject): readonly Candidate[] {
    const config = this.#tools.config();
    const { models } = body;
    if (models !== undefined && models !== null) {
      if (
        !Array.isArray(models) ||
        models.length === 0 ||
        !models.every((name) => typeof name === 'string' && name !== '')
      )
        throw new GatewayError('invalid_request', 'models: must be a list of names, one at least', { param: 'models' });
      return [...new Set(models.map(String))].map((name) => candidateOf(config, { id: name, model: name }));
    }
    const usable = openPool(config).filter(({ candidate }) => allowsModel(identity.policy?.models, candidate.names));
    if (usable.length === 0)
      throw new GatewayError('model_not_found', 'No model that chats is ready for this key. Name some in models.');
    return bestRanked(usable)
      .slice(0, mostCandidates)
      .map(({ candidate }) => candidate);
  }

  /** Undefined for a decision that is none of routers. */
  async #decided({ path, query }: Incoming, identity: Identity): Promise<Json | undefined> {
    const { orgId } = identity;
    const { decisions } = this.#tools;
    const id = path.slice(decisionsPath.length + 1);
    if (id !== '') {
      const found = await decisions.find(orgId, id);
      if (found === undefined || !mayRead(identity, found)) return undefined;
      const votes = await decisions.votes(orgId, id);
      return { ...shownDecision(found), votes: votes.map(({ model, kind, value }) => ({ model, kind, value })) };
    }
    const asked = new URLSearchParams(query);
    const limit = Math.min(200, Math.max(1, Number(asked.get('limit') ?? 50) || 50));
    const before = asked.get('before');
    const routerId = asked.get('router') || null;
    const found = await decisions.list(orgId, {
      limit,
      ...(before === null ? {} : { before }),
      ...(routerId === null ? {} : { routerId }),
    });
    return {
      data: found.filter((one) => mayRead(identity, one)).map(shownDecision),
      next: found.length === limit ? (found.at(-1)?.id ?? null) : null,
    };
  }
}

/** A key for calls reads what was decided for itself. */
const mayRead = ({ role, keyId, grant }: Identity, decision: DecisionRecord): boolean =>
  role === 'member' ? decision.keyId === keyId : grant?.teamId === undefined;

const shownDecision = ({ id, createdMs, keyId, routerId, record }: DecisionRecord): JsonObject => ({
  id,
  created_at: new Date(createdMs).toISOString(),
  key_id: keyId ?? null,
  router_id: routerId ?? null,
  ...(isObject(record) ? record : {}),
});

/** Chat's `messages`, or the `input` of responses. */
const messagesOf = ({ messages, input, prompt }: JsonObject): Json => {
  const found = messages ?? input ?? prompt;
  if (found === undefined || found === null)
    throw new GatewayError('invalid_request', 'messages: is missing', { param: 'messages' });
  return found;
};

/** The same request for another reader: its body has been read. */
const withBytes = (incoming: Incoming, bytes: Uint8Array): Incoming => ({
  method: incoming.method,
  path: incoming.path,
  query: incoming.query,
  signal: incoming.signal,
  header: (name) => incoming.header(name),
  headerNames: () => incoming.headerNames(),
  readBody: () => Promise.resolve(bytes),
  address: () => incoming.address(),
  settled: () => incoming.settled(),
});
