import { GatewayError } from '../core/errors/gateway-error.ts';
import type { DialectId } from '../core/ir/index.ts';
import type { JsonObject } from '../core/json/json.ts';
import { maskSecrets } from '../core/policy/mask-secrets.ts';
import { Cancellation } from '../ports/cancellation.ts';
import type { ExchangeSink } from '../ports/exchange-sink.ts';
import type { Identity, KeyRing } from '../ports/key-ring.ts';
import type { CompiledConfig } from './compiled-config.ts';
import { corsHeaders, optionsReply } from './doors/cors.ts';
import type { Door, Place } from './doors/door.ts';
import { asGatewayError, errorReply } from './doors/error-reply.ts';
import { findDoor } from './doors/find-door.ts';
import { modelEntry, modelList, modelListShape } from './doors/lists/list-models.ts';
import { localModelsAnswer } from './doors/lists/local-models.ts';
import { taggedReply } from './doors/lists/tagged-reply.ts';
import { dialectOfPath } from './doors/reply-headers.ts';
import type { Incoming, WireReply } from './incoming.ts';
import { BodyBudget } from './line/body-budget.ts';
import { runHeld } from './line/held/run-held.ts';
import { onceKeyOf, runOnce } from './line/once/run-once.ts';
import type { Identified, LineTools, Received } from './line/records.ts';
import { runModerations } from './line/retrieval/run-moderations.ts';
import { runRerank } from './line/retrieval/run-rerank.ts';
import { runChat } from './line/run-chat.ts';
import { runCompact } from './line/run-compact.ts';
import { runCountTokens } from './line/run-count-tokens.ts';
import { runEmbeddings } from './line/run-embeddings.ts';
import { Settlement } from './line/settlement.ts';
import { admitHead, showsModel } from './line/stages/admit.ts';
import { callerNames, withoutTags } from './line/stages/caller-names.ts';
import { callerOf } from './line/stages/identify.ts';
import { type ReadBody, readBody, refuseRepetition } from './line/stages/read-body.ts';
import { secretsOf } from './line/telling/secrets-of.ts';
import { wholeReply } from './line/whole-reply.ts';
import type { OrganisationConfigs } from './organisation-config.ts';
import { asRefusal, isLitellmCall, withCallHeaders } from './skins/litellm/call-headers.ts';
import { dressedReply } from './skins/openrouter/answer/dress-whole.ts';
import { prepareAsked } from './skins/openrouter/asked/prepare-asked.ts';
import { openrouterRefusal } from './skins/openrouter/errors/error-envelope.ts';
import { callerWords, faceNote, sessionOf } from './skins/openrouter/face-note.ts';
import { isOpenrouterPath } from './skins/openrouter/openrouter-face.ts';
import { portkeyAnswer } from './skins/portkey/portkey-call.ts';
import { asPortkeyRefusal } from './skins/portkey/portkey-refusal.ts';
import { withHeaders } from './with-headers.ts';

export interface GatewayParts {
  readonly tools: LineTools;
  readonly sink: ExchangeSink;
  readonly keys: KeyRing;
  /** The configuration in force; asked once per exchange. */
  config(): CompiledConfig;
  readonly version?: string;
  /** Absent where organisations have no keys of their own. */
  readonly organisations?: OrganisationConfigs | undefined;
}

const runners = {
  chat: runChat,
  embeddings: runEmbeddings,
  'count-tokens': runCountTokens,
  compact: runCompact,
  rerank: runRerank,
  moderations: runModerations,
} as const;

/** The line from a request's head to its answer. Never throws: whatever goes wrong is told in the client's dialect and settled. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #budget = new BodyBudget();
  readonly #open = new Set<Cancellation>();
  #draining = false;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** Exchanges that are not settled yet. */
  get openExchanges(): number {
    return this.#open.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on new exchanges are refused; those under way go on. */
  drain(): void {
    this.#draining = true;
  }

  /** Ends every exchange that is still under way: streams by the error in them, waiting clients by a 503. */
  cutAll(): void {
    for (const cancellation of this.#open) cancellation.cancel('stopping');
  }

  handle(incoming: Incoming): Promise<WireReply> {
    const config = this.#parts.config();
    const { corsOrigins } = config;
    if (incoming.method === 'OPTIONS') return Promise.resolve(optionsReply(incoming, corsOrigins));
    const answer = this.#answer(incoming, config);
    return corsOrigins.length === 0 ? answer : withCors(answer, incoming, corsOrigins);
  }

  async #answer(incoming: Incoming, config: CompiledConfig): Promise<WireReply> {
    const { tools, sink } = this.#parts;
    const { method, path } = incoming;
    const settlement = new Settlement({ requestId: tools.ids.next(), method, path }, tools.clock, sink);
    settlement.whenSettled(() => incoming.settled());
    settlement.portkey = portkeyAnswer(incoming, settlement.requestId);
    const place = findDoor(method, path, incoming.query);
    const dialect = dialectOf(place, incoming);
    try {
      if (this.#draining) throw draining();
      if (place === undefined) throw noSuchPath(incoming);
      if (place.kind === 'door')
        return this.#told(await this.#exchange({ incoming, config, settlement }, place.door), settlement);
      return await this.#side(place, { incoming, config, settlement });
    } catch (error) {
      const failure = asGatewayError(error);
      if (failure.code === 'internal') settlement.facts.errorMessage = this.#describe(failure.detail.cause, config);
      const native = settlement.facts.lane === 'native' && (place?.kind === 'door' || place?.kind === 'held-answer');
      const reply = errorReply(failure, { settlement, dialect, native });
      settlement.fail(failure);
      if (settlement.portkey !== undefined) return asPortkeyRefusal(reply, failure, settlement);
      const { litellmCaller: caller } = settlement;
      if (isOpenrouterPath(path)) {
        const refused = openrouterRefusal(reply, failure, { settlement, dialect, config });
        return place?.kind === 'wrong-method'
          ? { ...refused, headers: { ...refused.headers, allow: place.allow } }
          : refused;
      }
      if (caller !== undefined)
        return asRefusal(reply, failure, { ...this.#toldTo(caller, settlement), nowMs: tools.clock.wallMs() });
      return place?.kind === 'wrong-method' ? { ...reply, headers: { ...reply.headers, allow: place.allow } } : reply;
    }
  }

  async #exchange(head: Head, door: Door): Promise<WireReply> {
    const { incoming, settlement } = head;
    const cancellation = new Cancellation();
    this.#open.add(cancellation);
    const { once } = this.#parts.tools;
    const onceKey = once === undefined ? undefined : onceKeyOf(incoming);
    // A listener left behind on a finished request does no harm: the request goes, and cancelling a settled exchange does nothing.
    if (onceKey === undefined) incoming.signal.addEventListener('abort', () => cancellation.cancel());
    settlement.whenSettled(() => this.#open.delete(cancellation));
    settlement.facts.door = door.request;
    settlement.facts.operation = door.explains === true ? 'route' : door.operation;
    const found = callerOf(incoming, this.#parts.keys);
    const caller = found instanceof Promise ? await found : found;
    const config = this.#configOf(head.config, caller);
    const received: Received = { requestId: settlement.requestId, door, cancellation, incoming, settlement, config };
    noteCaller(settlement, caller);
    if (isLitellmCall(caller, incoming)) settlement.litellmCaller = caller;
    admitHead(caller, incoming, door.operation);
    const entered = this.#parts.tools.gates.enter({ identity: caller, cancellation }, config.limits);
    if (entered !== undefined) settlement.holdsPlace(await entered, 'process');
    const read = await readBody(received, { budget: this.#budget, wheel: this.#parts.tools.wheel });
    if (caller.policy?.models !== undefined) refuseRepetition(read.bytes);
    const identified = this.#named(received, caller, read);
    const run = (): Promise<WireReply> =>
      door.skin === 'plain' ? runners[door.operation](identified, this.#parts.tools) : this.#dressed(identified);
    return once === undefined || onceKey === undefined ? run() : runOnce(identified, { once, key: onceKey }, run);
  }

  async #dressed(identified: Identified): Promise<WireReply> {
    const { settlement, incoming, body, door } = identified;
    settlement.face = faceNote(incoming);
    settlement.facts.sessionId = sessionOf(incoming, body);
    const prepared = prepareAsked(identified, this.#parts.tools);
    const { router, preset } = settlement.face;
    const words = callerWords(incoming, body);
    settlement.facts.metadata =
      router === undefined && preset === undefined
        ? words
        : {
            ...words,
            ...(router === undefined ? {} : { router }),
            ...(preset === undefined ? {} : { preset_id: preset }),
          };
    return dressedReply(await runners[door.operation](prepared, this.#parts.tools), identified);
  }

  /** With the customer and the tags that the request names beside its key. */
  #named(received: Received, caller: Identity, read: ReadBody): Identified {
    const { portkey, facts } = received.settlement;
    if (portkey?.metadata !== undefined) facts.metadata = portkey.metadata;
    const user = portkey?.metadata?.['_user'];
    const names = callerNames(received.incoming, read.body, user === '' ? undefined : user);
    if (names === undefined) return withBody(received, caller, read);
    const identity = this.#parts.keys.naming(caller, names);
    facts.scopes = identity.scopes;
    return withBody(received, identity, withoutTags(read));
  }

  #told(reply: WireReply, settlement: Settlement): WireReply {
    const { litellmCaller: caller } = settlement;
    if (caller === undefined) return reply;
    return withCallHeaders(reply, this.#toldTo(caller, settlement));
  }

  #toldTo(caller: Identity, settlement: Settlement): Parameters<typeof withCallHeaders>[1] {
    const { tools, version, config } = this.#parts;
    return { caller, settlement, ledger: tools.money?.ledger, version, providers: config().providers };
  }

  #configOf(config: CompiledConfig, { orgId }: Identity): CompiledConfig {
    return this.#parts.organisations?.of(config, orgId) ?? config;
  }

  /** For the log. What an error of the runtime says may hold an address with a key in it. */
  #describe(cause: unknown, { providers }: CompiledConfig): string {
    const secrets = providers.flatMap((provider) => secretsOf(provider, this.#parts.tools.credentials));
    return maskSecrets(describe(cause), secrets);
  }

  async #sideBody(head: Head): Promise<JsonObject> {
    const cancellation = new Cancellation();
    const read = await readBody({ ...head, cancellation }, { budget: this.#budget, wheel: this.#parts.tools.wheel });
    return read.body;
  }

  /** What needs no provider. */
  async #side(place: Exclude<Place, { kind: 'door' }>, head: Head): Promise<WireReply> {
    const { incoming, settlement } = head;
    if (place.kind === 'wrong-method') {
      throw new GatewayError('method_not_allowed', `${incoming.method} is not taken here. Use ${place.allow}.`);
    }
    const identity = await callerOf(incoming, this.#parts.keys);
    noteCaller(settlement, identity);
    settlement.facts.operation = 'models';
    admitHead(identity, incoming, place.kind === 'held-answer' ? 'chat' : 'models');
    const config = this.#configOf(head.config, identity);
    if (place.kind === 'held-answer') {
      const cancellation = new Cancellation();
      incoming.signal.addEventListener('abort', () => cancellation.cancel());
      const { asked } = place;
      return runHeld({ asked, identity, incoming, config, settlement, cancellation }, this.#parts.tools);
    }
    const shows = identity.policy?.models === undefined ? undefined : showsModel(identity);
    if (place.kind === 'local-models') {
      const body = place.asks === 'show' ? await this.#sideBody(head) : {};
      return wholeReply(settlement, undefined, JSON.stringify(localModelsAnswer(place.asks, body, { config, shows })));
    }
    const shape = modelListShape(place.shape, incoming.query, {
      anthropicVersion: incoming.header('anthropic-version'),
      googleKey: incoming.header('x-goog-api-key'),
    });
    const body =
      place.model === undefined
        ? modelList(shape, config, { shows, query: incoming.query })
        : modelEntry(place.model, shape, { config, shows });
    return taggedReply(wholeReply(settlement, undefined, body), body, incoming.header('if-none-match'));
  }
}

const noteCaller = ({ facts }: Settlement, { orgId, label, keyId, scopes }: Identity): void => {
  facts.orgId = orgId;
  facts.key = label;
  facts.keyId = keyId;
  facts.scopes = scopes;
};

/** Written out: spreading a record costs several times as much, and every request passes here. */
const withBody = (received: Received, identity: Identity, read: ReadBody): Identified => {
  const { requestId, door, cancellation, settlement, config } = received;
  const { bytes, body, carriesSeals, headers } = read;
  const incoming = headers === undefined ? received.incoming : withHeaders(received.incoming, headers);
  return { requestId, door, cancellation, incoming, settlement, config, identity, bytes, body, carriesSeals };
};

const withCors = async (
  answer: Promise<WireReply>,
  incoming: Incoming,
  origins: readonly string[],
): Promise<WireReply> => {
  const reply = await answer;
  return { ...reply, headers: { ...reply.headers, ...corsHeaders(incoming, origins) } };
};

interface Head {
  readonly incoming: Incoming;
  readonly config: CompiledConfig;
  readonly settlement: Settlement;
}

const dialectOf = (place: Place | undefined, incoming: Incoming): DialectId => {
  if (place?.kind === 'door') return place.door.reply;
  if (place?.kind === 'wrong-method') return place.dialect;
  return dialectOfPath(incoming.path, {
    anthropicVersion: incoming.header('anthropic-version'),
    googleKey: incoming.header('x-goog-api-key'),
  });
};

const draining = (): GatewayError =>
  new GatewayError('draining', 'This Sluice is shutting down. Send the request again; another one will take it.', {
    retryAfterMs: 1000,
  });

const noSuchPath = ({ method, path }: Incoming): GatewayError =>
  new GatewayError('not_found', `There is no ${method} ${path.slice(0, 200)} here. GET / lists the doors.`);

const describe = (cause: unknown): string =>
  cause instanceof Error
    ? `${cause.name}: ${cause.message} ${cause.stack?.split('\n')[1]?.trim() ?? ''}`
    : String(cause);
