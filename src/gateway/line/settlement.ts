import type { GatewayError } from '../../core/errors/gateway-error.ts';
import type { AttemptFact } from '../../core/facts/exchange-fact.ts';
import type { Usage } from '../../core/ir/index.ts';
import type { Bill } from '../../core/money/bill.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ExchangeEnd, ExchangeRecord, ExchangeSink } from '../../ports/exchange-sink.ts';
import type { Identity } from '../../ports/key-ring.ts';
import type { Admission } from '../../ports/limiter.ts';
import type { FaceNote } from '../skins/openrouter/face-note.ts';
import type { PortkeyAnswer } from '../skins/portkey/portkey-call.ts';
import type { Pass } from './admission/fair-gate.ts';
import type { Charged, MoneyEnd, PricedHold } from './money/priced-hold.ts';
import type { Produced } from './money/produced.ts';

/** What the stages fill in as they learn it. Every member is there from the start, so that filling one is cheap. */
type Facts = { -readonly [Name in keyof ExchangeRecord]-?: ExchangeRecord[Name] | undefined };

export interface ExchangeStart {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
}

/** What a provider says may be a whole page. */
const longestMessage = 1000;

/** What a caller sends may be as long as a request. */
const longestName = 512;

/** A provider that fails may quote from the request, and prompts are not logged: of what it says only its names are. */
const loggedMessage = ({ code, message, detail: { upstream } }: GatewayError): string => {
  if (upstream === undefined)
    return code === 'upstream_error' ? 'The provider told an error in its answer.' : message.slice(0, longestMessage);
  const names = [upstream.type, upstream.code, upstream.param].filter(
    (name) => name !== undefined && isName.test(name),
  );
  const what =
    code === 'upstream_auth' ? 'The provider refused the key that it is called with:' : 'The provider answered';
  return [what, upstream.status, ...names].join(' ');
};

const isName = /^[\w.[\]-]{1,100}$/;

/**
 * Gathers the facts of one exchange and hands them over exactly once, however it ends. The stages note what they learn; whoever sees the
 * end settles, and later ends change nothing.
 */
export class Settlement {
  readonly requestId: string;
  readonly startedMs: number;
  /** When the attempt under way left. */
  #attemptMs: number | undefined;
  #attemptSent = false;
  #tried: AttemptFact[] | undefined;
  /** Earlier attempts whose output is still counted. */
  #counting: Promise<unknown> | undefined;
  /** When the providers' part began and ended, for the share of time that is ours. */
  #sentMs: number | undefined;
  #answeredMs: number | undefined;
  #firstByteMs: number | undefined;
  #settled = false;
  #over = false;
  #hold: PricedHold | undefined;
  /** The attempt that the hold is for has left. */
  #holdSent = false;
  /** At the provider of the attempt under way. */
  #place: Pass | undefined;
  readonly facts: Facts;
  /** How the target stands that is asked now: after how many fallbacks, and how many tries in its group. Undefined where nothing is routed. */
  way: { readonly fallbacks: number; readonly triesInGroup: number } | undefined;
  /** What a client of Portkey's is told; absent of all others. */
  portkey: PortkeyAnswer | undefined;
  /** What the client's routing was read otherwise than it is written, for the header of warnings. */
  warnings: readonly string[] | undefined;
  /** At a provider that is full. Where another is left to try, nobody waits. */
  waitsForPlace = true;
  /** The client wants to read why its request went where it went. */
  explains = false;
  /** Who is to be told in LiteLLM's way; absent of all others. */
  litellmCaller: Identity | undefined;
  /** Present when the client is to be answered in OpenRouter's way. */
  face: FaceNote | undefined;
  /** The models a request named, where it named several. */
  requestedModels: readonly string[] | undefined;
  /** Of the last call that was charged; absent while nothing was, or nobody knows a price. */
  bill: Bill | undefined;
  /** What was taken of the caller's rate limits; absent of callers without any. */
  rates: Admission | undefined;
  /** What the model wrote; asked when the provider did not count it. */
  produced: (() => Produced | undefined) | undefined;
  /** Whether a stream's counts are final. Undefined of whole answers. */
  whole: boolean | undefined;
  readonly #clock: Clock;
  readonly #sink: ExchangeSink;
  readonly #onSettled: (() => void)[] = [];

  constructor(start: ExchangeStart, clock: Clock, sink: ExchangeSink) {
    this.requestId = start.requestId;
    this.startedMs = clock.monotonicMs();
    this.#clock = clock;
    this.#sink = sink;
    this.facts = new ExchangeFacts(start);
  }

  /** That of an exchange of its own which this one brings about: the same caller asks the same. */
  beside(requestId: string): Settlement {
    const { method = '', path = '', orgId, key, keyId, scopes, operation, door, requestedModel } = this.facts;
    const made = new Settlement({ requestId, method, path }, this.#clock, this.#sink);
    Object.assign(made.facts, { orgId, key, keyId, scopes, operation, door, requestedModel });
    return made;
  }

  /** The request goes to the provider now. */
  sent(): void {
    this.#attemptMs = this.#clock.monotonicMs();
    this.#sentMs ??= this.#attemptMs;
    this.#attemptSent = true;
    this.facts.attempts = (this.facts.attempts ?? 0) + 1;
    this.#holdSent = true;
  }

  /** Money set aside for the attempt under way; the end of the exchange settles it. */
  holds(hold: PricedHold): void {
    if (this.#settled) hold.void('client-gone');
    else this.#hold = hold;
    this.#holdSent = false;
  }

  /** A place among the calls under way, at the process or at the provider that is asked now. */
  holdsPlace(pass: Pass, at: 'process' | 'provider'): void {
    if (at === 'provider') {
      this.#place?.leave(false);
      this.#place = pass;
    }
    this.whenSettled(() => pass.leave(this.facts.end === 'done'));
  }

  /** The provider's first byte (of a stream) or last byte (of a whole answer) is here. */
  answered(): void {
    this.#answeredMs ??= this.#clock.monotonicMs();
  }

  /** What was answered was no answer after all: it is asked again. */
  answeredNot(): void {
    this.#answeredMs = undefined;
  }

  /** The client's answer begins now; what was noted until here goes into its headers. */
  beginReply(): { readonly overheadMs: number; readonly upstreamMs: number | undefined } {
    this.#firstByteMs ??= this.#clock.monotonicMs();
    const upstreamMs = this.#sentMs === undefined ? undefined : (this.#answeredMs ?? this.#firstByteMs) - this.#sentMs;
    return { overheadMs: this.#firstByteMs - this.startedMs - (upstreamMs ?? 0), upstreamMs };
  }

  /** Runs when the exchange is settled: frees what it holds. */
  whenSettled(run: () => void): void {
    if (this.#over) run();
    else this.#onSettled.push(run);
  }

  fail(error: GatewayError, end: ExchangeEnd = endOf(error, this.facts.attempts ?? 0)): void {
    if (this.#settled) return;
    this.facts.errorCode = error.code;
    this.facts.errorMessage ??= loggedMessage(error);
    this.settle(end, error.status);
  }

  /** The attempt under way has failed and another follows: its money is settled, and what was learnt from it is set aside. */
  triesAgain(error: GatewayError): void {
    if (this.#settled) return;
    this.#place?.leave(false);
    const { facts } = this;
    const hold = this.#hold;
    this.#hold = undefined;
    if (!this.#attemptSent) {
      hold?.void(error.code);
      return;
    }
    const tried: AttemptFact = {
      attemptId: `${this.requestId}-${facts.attempts ?? 0}`,
      target: `${facts.provider ?? ''}/${facts.model ?? ''}`,
      status: error.status,
      errorCode: error.code,
      durationMs: this.#clock.monotonicMs() - (this.#attemptMs ?? this.startedMs),
    };
    this.#tried ??= [];
    facts.tried = this.#tried;
    const place = this.#tried.push(tried) - 1;
    if (hold !== undefined) this.#chargeTried(hold, this.#moneyEnd('failed', error.code), place);
    this.#attemptSent = false;
    this.#answeredMs = undefined;
    this.produced = undefined;
    this.whole = undefined;
    facts.usage = undefined;
    facts.notices = undefined;
  }

  /** One of several calls that make up an attempt is answered: its money is settled, and the next call has a hold of its own. */
  partAnswered(usage: Usage | undefined): void {
    const hold = this.#hold;
    if (hold === undefined) return;
    this.#hold = undefined;
    const end: MoneyEnd = { usage, whole: true, produced: undefined, unbilled: false };
    const charge = (counted: Usage | undefined): void => {
      const charged = hold.end(end, counted);
      this.facts.attemptId = hold.attemptId;
      this.facts.priceVersion = hold.priceVersion;
      this.facts.chargeSource = charged.charge.source;
      this.#note(charged);
    };
    const counting = hold.count(end);
    if (counting === undefined) charge(undefined);
    else this.#counting = Promise.all([this.#counting, counting.then(charge)]);
  }

  #chargeTried(hold: PricedHold, end: MoneyEnd, place: number): void {
    const charge = (counted: Usage | undefined): void => {
      const amount = this.#note(hold.end(end, counted));
      const tried = this.#tried?.[place];
      if (tried !== undefined && amount !== undefined) this.#tried?.splice(place, 1, { ...tried, nanoUsd: amount });
    };
    const counting = hold.count(end);
    if (counting === undefined) charge(undefined);
    else this.#counting = Promise.all([this.#counting, counting.then(charge)]);
  }

  /** What a stream tells its meter how much has passed; undefined when nobody must know. */
  spending(): ((characters: number) => void) | undefined {
    return this.#hold?.spending();
  }

  #moneyEnd(end: ExchangeEnd, errorCode = this.facts.errorCode): MoneyEnd {
    const { usage } = this.facts;
    const whole = this.whole ?? (end === 'done' || usage !== undefined);
    return {
      usage,
      whole,
      produced: whole && usage !== undefined ? undefined : this.produced?.(),
      unbilled: errorCode !== undefined && unbilledCodes.has(errorCode),
      ...(end === 'done' ? {} : { reason: end === 'failed' ? (errorCode ?? end) : end }),
    };
  }

  /** What a hold ended with goes into the facts, beside what earlier attempts came to. The amount, when it is known. */
  #note({ bill, charge }: Charged): bigint | undefined {
    const { facts } = this;
    // Nobody's price is not a price of nothing.
    this.bill = bill;
    const amount = bill !== undefined || charge.source !== 'provider' ? charge.nanoUsd : undefined;
    if (amount !== undefined) facts.nanoUsd = (facts.nanoUsd ?? 0n) + amount;
    if (bill !== undefined) facts.listNanoUsd = (facts.listNanoUsd ?? 0n) + bill.listNanoUsd;
    return amount;
  }

  settle(end: ExchangeEnd, status: number): void {
    if (this.#settled) return;
    this.#settled = true;
    const { facts } = this;
    facts.overheadMs = this.beginReply().overheadMs;
    facts.durationMs = this.#clock.monotonicMs() - this.startedMs;
    facts.firstByteMs = (this.#firstByteMs ?? this.startedMs) - this.startedMs;
    facts.status = status;
    facts.end = end;
    const hold = this.#hold;
    if (hold === undefined) {
      this.#finish();
      return;
    }
    // Gone, or refused, while it waited for the disk.
    if (!this.#holdSent) {
      hold.void(facts.errorCode ?? end);
      this.#finish();
      return;
    }
    const moneyEnd = this.#moneyEnd(end);
    const counting = hold.count(moneyEnd);
    if (counting === undefined) this.#charge(hold, moneyEnd, undefined);
    else void counting.then((usage) => this.#charge(hold, moneyEnd, usage));
  }

  /** Ends the hold, once, at what the exchange came to: at once, or as soon as it is counted. */
  #charge(hold: PricedHold, end: MoneyEnd, counted: Usage | undefined): void {
    const { facts } = this;
    if (counted !== undefined) facts.usage = counted;
    const charged = hold.end(end, counted);
    facts.attemptId = hold.attemptId;
    facts.priceVersion = hold.priceVersion;
    facts.chargeSource = charged.charge.source;
    this.#note(charged);
    this.#finish();
  }

  #finish(): void {
    const counting = this.#counting;
    if (counting !== undefined) {
      this.#counting = undefined;
      void counting.then(() => this.#finish());
      return;
    }
    this.#over = true;
    const { requestedModel } = this.facts;
    // Refused for its length, and no better known by all of it.
    if (requestedModel !== undefined && requestedModel.length > longestName)
      this.facts.requestedModel = requestedModel.slice(0, longestName);
    this.#sink.settled(this.facts as ExchangeRecord);
    for (const run of this.#onSettled) run();
    this.#onSettled.length = 0;
  }
}

/** Failures after which a provider bills nothing: it refused, failed by itself, or was never reached. */
const unbilledCodes: ReadonlySet<string> = new Set([
  'upstream_auth',
  'upstream_unreachable',
  'upstream_error',
  'upstream_rate_limited',
  'upstream_overloaded',
  'upstream_refused',
]);

/** A class, so that all have one shape and making one is cheap. */
class ExchangeFacts implements Facts {
  requestId: string;
  orgId: Facts['orgId'] = undefined;
  key: Facts['key'] = undefined;
  method: string;
  path: string;
  operation: Facts['operation'] = undefined;
  door: Facts['door'] = undefined;
  lane: Facts['lane'] = undefined;
  provider: Facts['provider'] = undefined;
  model: Facts['model'] = undefined;
  requestedModel: Facts['requestedModel'] = undefined;
  stream = false;
  status = 0;
  end: Facts['end'] = 'done';
  errorCode: Facts['errorCode'] = undefined;
  errorMessage: Facts['errorMessage'] = undefined;
  bytesIn = 0;
  bytesOut = 0;
  durationMs = 0;
  overheadMs = 0;
  firstByteMs: Facts['firstByteMs'] = undefined;
  attempts = 0;
  tried: Facts['tried'] = undefined;
  decision: Facts['decision'] = undefined;
  decidedBy: Facts['decidedBy'] = undefined;
  usage: Facts['usage'] = undefined;
  warnings = 0;
  attemptId: Facts['attemptId'] = undefined;
  priceVersion: Facts['priceVersion'] = undefined;
  chargeSource: Facts['chargeSource'] = undefined;
  nanoUsd: Facts['nanoUsd'] = undefined;
  listNanoUsd: Facts['listNanoUsd'] = undefined;
  keyId: Facts['keyId'] = undefined;
  scopes: Facts['scopes'] = undefined;
  notices: Facts['notices'] = undefined;
  stop: Facts['stop'] = undefined;
  sessionId: Facts['sessionId'] = undefined;
  metadata: Facts['metadata'] = undefined;
  content: Facts['content'] = undefined;

  constructor({ requestId, method, path }: ExchangeStart) {
    this.requestId = requestId;
    this.method = method;
    this.path = path;
  }
}

const endOf = (error: GatewayError, attempts: number): ExchangeEnd => {
  if (error.code === 'client_gone') return 'client-gone';
  if (error.code === 'draining') return attempts > 0 ? 'drained' : 'refused';
  return error.status >= 400 && error.status < 500 && error.detail.upstream === undefined ? 'refused' : 'failed';
};
