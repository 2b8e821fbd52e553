import type { DoorHints } from '../../core/dialects/dialect.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { ChatResponse, DialectId, Loss } from '../../core/ir/index.ts';
import type { Edit } from '../../core/json/edit.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { patchJson } from '../../core/json/span-patch.ts';
import { heldStateIn, heldStateRefused } from '../../core/policy/held-state.ts';
import { maskSecrets } from '../../core/policy/mask-secrets.ts';
import type { NamedRoute } from '../../core/routing/plan-route.ts';
import { type Framing, framingOfContentType } from '../../core/stream/framing.ts';
import type { WireCall } from '../../ports/upstream.ts';
import type { Door } from '../doors/door.ts';
import { asGatewayError } from '../doors/error-reply.ts';
import { type Route, warningsOf } from '../doors/reply-headers.ts';
import type { WireReply } from '../incoming.ts';
import { choicesFor, choicesIn } from '../routers/asked/choices-in-route.ts';
import { chooseRoute } from '../routers/asked/choose-route.ts';
import { type ChoosingName, choosingName } from '../routers/asked/choosing-names.ts';
import { nativeStop } from '../skins/openrouter/answer/native-stop.ts';
import { greetingOf, greetingReply } from './greeting-reply.ts';
import { heldIdsOf } from './held/held-ids.ts';
import { heldPin, refuseBackground, refuseElsewhere } from './held/held-place.ts';
import { type Produced, producedOf } from './money/produced.ts';
import { nativeUsage } from './native-usage.ts';
import { type Attempts, chatOf, isNative, type PreparedChat, readBytes, replyContext } from './prepared-chat.ts';
import type { Decoded, Identified, LineTools, Planned, PreparedBody, Target } from './records.ts';
import { mockedAnswer } from './routing/asked/mocked-answer.ts';
import { routeAsks } from './routing/asked/route-asks.ts';
import { shapedRoute } from './routing/asked/shaped-route.ts';
import { explainReply } from './routing/explain-route.ts';
import { explainedRequest } from './routing/explained-request.ts';
import { requestedRoute } from './routing/requested-route.ts';
import { chatFacts } from './routing/route-facts.ts';
import { shadowChat } from './routing/shadow-chat.ts';
import { routeNamed } from './routing/through-targets.ts';
import { type RoutedCall, type ShapedRoute, walkRoute } from './routing/walk-route.ts';
import { runStream } from './run-stream.ts';
import type { Settlement } from './settlement.ts';
import { admittedTarget } from './stages/admit.ts';
import { attempt, parseAnswer } from './stages/attempt.ts';
import { nativeBody, translatedBody } from './stages/prepare-body.ts';
import { wireCall } from './stages/wire-call.ts';
import { wholeFromStream } from './streams/whole-from-stream.ts';
import { toldError } from './telling/masked-error.ts';
import { secretsOf } from './telling/secrets-of.ts';
import { toldAnswer } from './telling/told-answer.ts';
import { wholeReply } from './whole-reply.ts';

/** One chat exchange from its body to its answer. Throws, or rejects once the provider has been asked. */
export const runChat = (identified: Identified, tools: LineTools): Promise<WireReply> => {
  const asked = choosingName(identified.door.model ?? modelIn(identified.body), identified.config);
  const { chooser } = tools;
  if (asked !== undefined && chooser !== undefined)
    return runChosen(identified, { asked, tools: { ...tools, chooser } });
  const asks = routeAsks(identified);
  const requested = requestedRoute(asks?.identified ?? identified, tools);
  const decoded = decode(requested?.identified ?? asks?.identified ?? identified);
  const pinned = heldPin(decoded.request, decoded.identity, tools);
  if (pinned === undefined) return runDecoded(decoded, { asks, requested }, tools);
  return pinned.then((pin) => runDecoded({ ...decoded, pin }, { asks, requested }, tools));
};

const modelIn = ({ model }: JsonObject): string | undefined => (typeof model === 'string' ? model : undefined);

/** A name that stands for a choice: a router puts models in order, and that order is tried as a route is. */
const runChosen = async (
  identified: Identified,
  { asked, tools }: { readonly asked: ChoosingName; readonly tools: Parameters<typeof chooseRoute>[2] },
): Promise<WireReply> => {
  const asks = routeAsks(identified);
  const decoded = decode(asks?.identified ?? identified);
  const { chosen, ...requested } = await chooseRoute(decoded, asked, tools);
  const pin = await heldPin(decoded.request, decoded.identity, tools);
  const left: Decoded = { ...decode(requested.identified), ...(chosen === undefined ? {} : { chosen }) };
  decoded.settlement.facts.requestedModel = asked.name;
  return runDecoded(pin === undefined ? left : { ...left, pin }, { asks, requested }, tools);
};

interface Wanted {
  readonly asks: ReturnType<typeof routeAsks>;
  readonly requested: ReturnType<typeof requestedRoute>;
}

const runDecoded = (decoded: Decoded, { asks, requested }: Wanted, tools: LineTools): Promise<WireReply> => {
  const own = requested?.named ?? routeNamed(decoded, decoded.request.model);
  const named = asks === undefined ? own : shapedRoute(decoded, { model: decoded.request.model, named: own }, asks);
  const { chooser } = tools;
  const choices = named === undefined || chooser === undefined ? none : choicesIn(named.route);
  if (chooser === undefined || choices.length === 0) return runNamed(decoded, { asks, named }, tools);
  return choicesFor(decoded, choices, { ...tools, chooser }).then((made) =>
    runNamed({ ...decoded, choices: made }, { asks, named }, tools),
  );
};

const runNamed = (
  decoded: Decoded,
  { asks, named }: { readonly asks: Wanted['asks']; readonly named: ShapedRoute | undefined },
  tools: LineTools,
): Promise<WireReply> => {
  if (decoded.door.explains === true) return Promise.resolve(explain(decoded, named, tools));
  if (named !== undefined) return answerBy(routed(decoded, { named, answer: asks?.answer }, tools), decoded, tools);
  const { model } = decoded.request;
  const target = admittedTarget(decoded, { model, operation: 'chat', door: decoded.door.request });
  const greeting = greetingOf(decoded, target);
  if (greeting !== undefined) return Promise.resolve(greetingReply(decoded, greeting, { target, clock: tools.clock }));
  const exchange = prepare(decoded, target, tools);
  return answerBy((run) => run(exchange), decoded, tools);
};

const explain = (decoded: Decoded, named: NamedRoute | undefined, tools: LineTools): WireReply => {
  const { model } = decoded.request;
  const single: NamedRoute = { name: model, route: { kind: 'target', model } };
  return explainReply({ identified: decoded, named: named ?? single, facts: chatFacts(decoded) }, tools);
};

const answerBy = (attempts: Attempts, decoded: Decoded, tools: LineTools): Promise<WireReply> =>
  decoded.request.stream ? runStream(decoded, attempts, tools) : attempts(runWhole);

/** A route: each attempt is prepared anew, since targets differ in dialect. */
const routed =
  (
    decoded: Decoded,
    { named, answer }: { readonly named: ShapedRoute; readonly answer: string | undefined },
    tools: LineTools,
  ): Attempts =>
  (run) =>
    walkRoute(routedCall(decoded, named, tools), tools, async (target, settings) => {
      const { replaces } = settings;
      const exchange = prepare(replaces === undefined ? decoded : replaced(decoded, replaces), target, tools);
      const text = answer ?? settings.answer;
      return run(text === undefined ? exchange : mockedAnswer(exchange, text));
    });

const routedCall = (decoded: Decoded, named: ShapedRoute, tools: LineTools): RoutedCall => ({
  identified: decoded,
  named,
  facts: chatFacts(decoded),
  mirror: (target) => void askShadow(shadowChat(decoded), target, tools),
});

/** Its calls are not the caller's, and take nothing of their rates. */
const askShadow = async (shadow: Decoded, target: Target, { limiter: _, ...tools }: LineTools): Promise<void> => {
  if (!tools.health.mirrors.take()) return;
  shadow.settlement.whenSettled(() => tools.health.mirrors.give());
  try {
    await runWhole(prepare(shadow, target, tools));
  } catch (error) {
    shadow.settlement.fail(asGatewayError(error));
  }
};

/** The request with other members. It stays a stream, or none: its answer has begun to be one. */
const replaced = (decoded: Decoded, members: JsonObject): Decoded => {
  const { stream: _, model: __, ...others } = members;
  const edits: readonly Edit[] = Object.entries(others).map(([name, value]) => ({
    op: 'set',
    path: [name],
    value: value ?? null,
  }));
  const body = { ...decoded.body, ...others };
  const changed = decode({ ...decoded, body, bytes: patchJson(decoded.bytes, edits) });
  const held = heldStateIn(changed.request);
  if (held === undefined) return changed;
  // Whose it is was found out of the request as it came.
  if (
    decoded.pin === undefined ||
    edits.some(({ path: [name] }) => name === 'input' || name === 'previous_response_id')
  )
    throw heldStateRefused(held);
  return { ...changed, pin: decoded.pin };
};

const prepare = (decoded: Decoded, target: Target, tools: LineTools): PreparedChat => {
  if (decoded.pin !== undefined) refuseElsewhere(decoded.pin, target);
  refuseBackground(decoded, tools);
  const planned = plan(decoded, target);
  const prepared = planned.lane === 'native' ? nativeBody(planned) : translatedBody(planned);
  const route = routeOf(planned, prepared);
  planned.settlement.facts.warnings = route.warnings.length;
  return { planned, call: callOf(planned, prepared), route, tools };
};

/** Stage 3. The Cursor door's bodies may be Responses-shaped. */
const decode = (identified: Identified): Decoded => {
  const { body, settlement } = identified;
  const mixed = identified.door.mixed === true && body['input'] !== undefined && body['messages'] === undefined;
  const explained = identified.door.explains === true ? explainedRequest(body) : undefined;
  const dialect = explained?.dialect ?? (mixed ? 'openai-responses' : identified.door.request);
  const door = dialect === identified.door.request ? identified.door : { ...identified.door, request: dialect };
  const request = explained?.request ?? chatOf(dialect).door.decodeRequest(body, hintsOf(door));
  settlement.facts.stream = request.stream;
  settlement.facts.requestedModel = request.model;
  const { requestId, cancellation, incoming, config, identity, bytes, carriesSeals } = identified;
  return {
    requestId,
    door,
    cancellation,
    incoming,
    settlement,
    config,
    identity,
    bytes,
    body,
    carriesSeals,
    request,
  };
};

const noHints: DoorHints = {};

/** What the path says, where the dialect has it there. */
const hintsOf = ({ model, stream }: Door): DoorHints => {
  if (model === undefined && stream === undefined) return noHints;
  return { ...(model === undefined ? {} : { model }), ...(stream === undefined ? {} : { stream }) };
};

const plan = (decoded: Decoded, target: Target): Planned => {
  const { requestId, door, cancellation, incoming, settlement, config } = decoded;
  const { identity, bytes, body, carriesSeals, request } = decoded;
  const lane = isNative(decoded, target) ? 'native' : 'translated';
  settlement.facts.lane = lane;
  settlement.facts.provider = target.provider.entry.id;
  settlement.facts.model = target.model;
  return {
    requestId,
    door,
    cancellation,
    incoming,
    settlement,
    config,
    identity,
    bytes,
    body,
    carriesSeals,
    request,
    target,
    lane,
  };
};

const none: readonly never[] = [];

const routeOf = (planned: Planned, prepared: PreparedBody): Route => ({
  provider: planned.target.provider.entry.id,
  model: planned.target.model,
  lane: planned.lane,
  warnings:
    prepared.losses.length === 0
      ? none
      : warningsOf(prepared.losses, (field) => chatOf(planned.door.request).door.clientField(field)),
});

const callOf = (planned: Planned, prepared: PreparedBody): WireCall =>
  wireCall(planned.target, prepared.body, {
    method: planned.request.stream ? 'streamGenerateContent' : 'generateContent',
    client: planned.lane === 'native' ? planned.incoming : undefined,
  });

const runWhole = (exchange: PreparedChat): Promise<WireReply> => askWhole(exchange).catch(telling(exchange));

const askWhole = async (exchange: PreparedChat): Promise<WireReply> => {
  const { planned, call, tools } = exchange;
  const reply = await attempt(planned, { call, target: planned.target, bounds: planned.request }, tools);
  const contentType = reply.header('content-type');
  const bytes = await readBytes(exchange, reply);
  planned.settlement.answered();
  const framing = streamFraming(contentType, bytes);
  if (framing !== undefined)
    return translatedWhole(exchange, wholeFromStream(chatOf(planned.target.served.dialect).upstream, bytes, framing));
  const answer = parseAnswer(bytes, contentType, planned.target.served);
  return planned.lane === 'native' ? nativeWhole(exchange, bytes, answer) : translateAnswer(exchange, answer);
};

/** The framing of an answer that is a stream although none was asked for; undefined of a whole one. Some hosts label a stream as JSON. */
const streamFraming = (contentType: string | undefined, bytes: Uint8Array): Framing | undefined => {
  const named = contentType === undefined ? undefined : framingOfContentType(contentType);
  if (named === 'ndjson') return isLines(bytes) ? named : undefined;
  return named ?? (startsWith(bytes, 'data:') || startsWith(bytes, 'event:') ? 'sse' : undefined);
};

/** One line of JSON is a whole answer, whatever it is called. */
const isLines = (bytes: Uint8Array): boolean => {
  const end = bytes.indexOf(0x0a);
  return end >= 0 && new TextDecoder().decode(bytes.subarray(end)).trim() !== '';
};

const startsWith = (bytes: Uint8Array, word: string): boolean =>
  bytes[0] === word.charCodeAt(0) && new TextDecoder().decode(bytes.subarray(0, word.length)) === word;

const nativeWhole = (exchange: PreparedChat, bytes: Uint8Array, answer: Json): WireReply => {
  const { settlement, target } = exchange.planned;
  if (settlement.face !== undefined) settlement.facts.stop = nativeStop(answer);
  const usage = nativeUsage(answer, target.served.dialect);
  if (usage !== undefined) settlement.facts.usage = usage;
  else settlement.produced = () => readProduced(answer, target.served.dialect);
  heldIdsOf(exchange.planned, exchange.tools)?.whole(answer);
  const told = toldAnswer(bytes, answer, { provider: target.provider, credentials: exchange.tools.credentials });
  return wholeReply(exchange.planned.settlement, exchange.route, told);
};

/** A native answer in a form we do not know has no words that can be counted. */
const readProduced = (answer: Json, dialect: DialectId): Produced | undefined => {
  try {
    return producedOf(chatOf(dialect).upstream.decodeResponse(answer));
  } catch {
    return undefined;
  }
};

const telling = ({ planned, tools }: PreparedChat): ((error: unknown) => never) => {
  const told = toldError(planned.target.provider, tools.credentials);
  return (error) => {
    throw told(error);
  };
};

const translateAnswer = (exchange: PreparedChat, answer: Json): WireReply =>
  translatedWhole(exchange, chatOf(exchange.planned.target.served.dialect).upstream.decodeResponse(answer));

const translatedWhole = (exchange: PreparedChat, response: ChatResponse): WireReply => {
  const { settlement, door } = exchange.planned;
  if (settlement.face !== undefined) noteStop(settlement, response);
  if (response.usage !== undefined) settlement.facts.usage = response.usage;
  else settlement.produced = () => producedOf(response);
  if (response.failure !== undefined) {
    const secrets = secretsOf(exchange.planned.target.provider, exchange.tools.credentials);
    throw new GatewayError('upstream_error', maskSecrets(response.failure.message, secrets));
  }
  const { body, losses } = chatOf(door.reply).door.encodeResponse(
    response,
    replyContext(exchange.planned, exchange.tools),
  );
  return wholeReply(exchange.planned.settlement, withLosses(exchange.route, losses), JSON.stringify(body));
};

/** For clients that are told the provider's own last word. */
const noteStop = ({ face, facts }: Settlement, { choices }: ChatResponse): void => {
  const rawStop = choices[0]?.rawStop;
  facts.stop = rawStop;
  if (face !== undefined && rawStop !== undefined) face.nativeStop = rawStop;
};

const withLosses = (route: Route, losses: readonly Loss[]): Route =>
  losses.length === 0
    ? route
    : {
        ...route,
        warnings: [
          ...route.warnings,
          ...losses.filter(isContent).map(({ field, action }) => `${action} answer.${field}`),
        ],
      };

/** A provider's extras (a fingerprint, its own ids) are not worth a warning on every answer. */
const isContent = ({ field }: Loss): boolean => !/(?:^|\.)extras\./.test(field);
