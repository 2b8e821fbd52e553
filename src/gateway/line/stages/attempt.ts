import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { GatewayError, type UpstreamFault } from '../../../core/errors/gateway-error.ts';
import type { DialectId, Operation } from '../../../core/ir/index.ts';
import { isArray, isObject, type Json } from '../../../core/json/json.ts';
import { maskSecrets } from '../../../core/policy/mask-secrets.ts';
import type { Cancellation } from '../../../ports/cancellation.ts';
import type { UpstreamReply, WireCall } from '../../../ports/upstream.ts';
import { type OutputBounds, openHold } from '../money/open-hold.ts';
import { takeRates } from '../money/take-rates.ts';
import type { Identified, LineTools, Target } from '../records.ts';
import { KeyChoice } from '../sending/key-choice.ts';
import { sendAuthorized } from '../sending/send-authorized.ts';
import { keyRefused } from '../telling/masked-error.ts';
import { secretsOf } from '../telling/secrets-of.ts';
import { UpstreamRefusal } from '../telling/upstream-refusal.ts';
import { checkAnswer } from './answer-limits.ts';
import { readFaultBody } from './read-fault-body.ts';

/** Providers count tokens and moderate for nothing. */
const billed: ReadonlySet<Operation> = new Set(['chat', 'embeddings', 'rerank', 'compact']);

/** Stage 9: sends the call and gives back a successful answer's reply. Throws `UpstreamRefusal` for any other status, and what `Upstream.send` throws. */
export const attempt = async (
  identified: Identified,
  sent: { readonly call: WireCall; readonly target: Target; readonly bounds?: OutputBounds },
  tools: LineTools,
): Promise<UpstreamReply> => {
  const { settlement } = identified;
  if (sent.target.notices.length > 0) settlement.facts.notices = sent.target.notices;
  const queueMs = settlement.waitsForPlace ? identified.config.limits.queueMs : 0;
  const place = tools.gates.enterProvider(sent.target.provider, identified, queueMs);
  if (place !== undefined) settlement.holdsPlace(await place, 'provider');
  if (tools.limiter !== undefined)
    takeRates(identified, { target: sent.target, bounds: sent.bounds ?? {} }, tools.limiter);
  if (tools.money !== undefined && billed.has(identified.door.operation)) {
    const opened = openHold(identified, { target: sent.target, bounds: sent.bounds ?? {} }, tools.money);
    if (opened !== undefined) await opened;
    const synced = tools.money.ledger.durable();
    if (synced !== undefined) await synced;
  }
  if (sent.target.provider.otherKeys !== undefined) return withKeys(identified, sent, tools);
  const outcome = await sendOnce(identified, sent, tools);
  if (outcome.kind === 'answered') return outcome.reply;
  throw outcome.refusal;
};

type Outcome =
  | { readonly kind: 'answered'; readonly reply: UpstreamReply }
  | { readonly kind: 'refused'; readonly refusal: UpstreamRefusal };

interface Sent {
  readonly call: WireCall;
  readonly target: Target;
}

const sendOnce = async (
  { settlement, cancellation }: Identified,
  { call, target }: Sent,
  tools: LineTools,
): Promise<Outcome> => {
  settlement.sent();
  const { provider } = target;
  const reply = await send({ call, provider }, tools, cancellation);
  if (reply.status >= 200 && reply.status < 300) return { kind: 'answered', reply };
  if (overloadedStatuses.has(reply.status)) tools.gates.providerOverloaded(provider);
  const refusal = await refusedBy(reply, target, tools);
  settlement.answered();
  return { kind: 'refused', refusal };
};

/** A refusal that is one key's is not the provider's: the call is sent with the next key, as long as nobody has given it up. */
const withKeys = async (identified: Identified, { call, target }: Sent, tools: LineTools): Promise<UpstreamReply> => {
  const { settlement, cancellation } = identified;
  const choice = new KeyChoice(target, call, tools);
  let refusal: UpstreamRefusal | undefined;
  for (let next = choice.next(); next !== undefined; next = choice.next()) {
    if (refusal !== undefined) settlement.answeredNot();
    try {
      const outcome = await sendOnce(identified, { call: next, target }, tools);
      if (outcome.kind === 'answered') {
        choice.answered();
        return outcome.reply;
      }
      refusal = outcome.refusal;
    } catch (error) {
      choice.abandoned();
      throw error;
    }
    if (!choice.failed(refusal) || cancellation.cancelled) throw refusal;
  }
  throw refusal ?? new GatewayError('upstream_auth', 'The provider has no key.');
};

/** What a provider's failed answer means. */
export const refusedBy = async (
  reply: UpstreamReply,
  target: Target,
  { credentials, clock }: Pick<LineTools, 'credentials' | 'clock'>,
): Promise<UpstreamRefusal> => {
  const body = await readFaultBody(reply);
  return refusal(
    { status: reply.status, body, header: (name) => reply.header(name) },
    { target, secrets: secretsOf(target.provider, credentials) },
    clock.wallMs(),
  );
};

/** Rate limits are no sign of it: they go by the minute, not by how many calls are under way. */
const overloadedStatuses: ReadonlySet<number> = new Set([503, 529]);

const send = async (
  sent: { readonly call: WireCall; readonly provider: ActiveProvider },
  tools: LineTools,
  cancellation: Cancellation,
): Promise<UpstreamReply> => {
  try {
    return sent.provider.credentials === undefined
      ? await tools.upstream.send(sent.call, cancellation)
      : await sendAuthorized(sent, tools, cancellation);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'upstream_timeout')
      tools.gates.providerOverloaded(sent.provider);
    throw error;
  }
};

interface FailedAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
}

const refusal = (
  answer: FailedAnswer,
  { target, secrets }: { readonly target: Target; readonly secrets: readonly string[] },
  nowMs: number,
): UpstreamRefusal => {
  const text = maskSecrets(new TextDecoder().decode(answer.body), secrets);
  if (answer.status < 400) return new UpstreamRefusal(redirected(answer.status), undefined);
  if (answer.status > 599) return new UpstreamRefusal(noStatus(answer.status), undefined);
  const fault = dialects[target.served.dialect].decodeFault(answer.status, text);
  const retryAfterMs = fault.retryAfterMs ?? retryAfter(answer, nowMs);
  const upstream: UpstreamFault = { ...fault, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const error = faultError(target, upstream);
  const shown = fault.wire !== undefined && error.code !== 'upstream_auth';
  return new UpstreamRefusal(error, shown ? text : undefined);
};

const noStatus = (status: number): GatewayError =>
  new GatewayError('upstream_invalid', `The provider answered with status ${status}, which does not exist.`);

const redirected = (status: number): GatewayError =>
  new GatewayError(
    'upstream_invalid',
    `The provider answered with a redirect (${status}), which is not followed. Check the provider's base_url.`,
  );

/** The error a provider's failure becomes. */
const faultError = (target: Target, fault: UpstreamFault): GatewayError => {
  const { title } = target.provider.entry;
  const retry = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs };
  if (fault.status === 401 || fault.status === 403) return keyRefused(target.provider, fault.status, fault.message);
  const code = codeOf(fault.status);
  const message = fault.message === '' ? `${title} answered with status ${fault.status}.` : fault.message;
  const param = fault.param === undefined ? {} : { param: fault.param };
  return new GatewayError(code, message, { status: fault.status, upstream: fault, ...retry, ...param });
};

const codeOf = (
  status: number,
): 'upstream_rate_limited' | 'upstream_overloaded' | 'upstream_error' | 'upstream_refused' => {
  if (status === 429) return 'upstream_rate_limited';
  if (status === 503 || status === 529) return 'upstream_overloaded';
  return status >= 500 ? 'upstream_error' : 'upstream_refused';
};

const longestRetryMs = 24 * 60 * 60 * 1000;

/** `retry-after-ms`, or `retry-after` as seconds or a date. Nonsense (negative, beyond a day) counts as none. */
const retryAfter = (answer: FailedAnswer, nowMs: number): number | undefined => {
  const precise = numberOf(answer.header('retry-after-ms'));
  const text = answer.header('retry-after');
  const seconds = numberOf(text);
  const date = text === undefined || !Number.isNaN(seconds) ? Number.NaN : Date.parse(text) - nowMs;
  const waitMs = [precise, seconds * 1000, date].find((value) => !Number.isNaN(value));
  return waitMs !== undefined && waitMs >= 0 && waitMs <= longestRetryMs ? waitMs : undefined;
};

/** An empty header says nothing, though `Number` would take it for 0. */
const numberOf = (text: string | undefined): number =>
  text === undefined || text.trim() === '' ? Number.NaN : Number(text);

const utf8 = new TextDecoder();

/** Parses a provider's whole answer. Throws `upstream_invalid` when it is not JSON, and says what it is instead, or when it holds too many values. */
export const parseAnswer = (
  bytes: Uint8Array,
  contentType: string | undefined,
  { dialect, operation = 'chat' }: { readonly dialect: DialectId; readonly operation?: Operation },
): Json => {
  if (bytes.length === 0) throw new GatewayError('upstream_invalid', 'The provider answered with an empty body.');
  checkAnswer(bytes, operation);
  const answer = parsed(bytes);
  // Vectors and ranks may come as a bare list; a conversation's answer is an object, or in one format a list of a stream's pieces.
  if (answer !== undefined && (operation !== 'chat' || isObject(answer) || isPieces(answer, dialect))) return answer;
  const what = answer !== undefined || contentType === undefined ? 'something' : contentType.split(';')[0];
  throw new GatewayError('upstream_invalid', `The provider answered 200 with ${what} that is no answer of ${dialect}.`);
};

const isPieces = (answer: Json, dialect: DialectId): boolean =>
  dialects[dialect].listsPieces === true && isArray(answer) && answer.length > 0 && answer.every(isObject);

/** Undefined when it is not JSON. */
const parsed = (bytes: Uint8Array): Json | undefined => {
  try {
    return JSON.parse(utf8.decode(bytes)) as Json;
  } catch {
    return undefined;
  }
};
