import type { Payment } from '../../../contract/objects/top-up-schema.ts';
import { readPayment } from '../../../contract/objects/top-up-schema.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import type { CreditsNow } from '../../../core/ledger/credits.ts';
import { readUsd } from '../../../core/money/read-usd.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import type { AdminStore } from '../../../ports/admin-store.ts';
import type { Clock } from '../../../ports/clock.ts';
import { InvalidObject, invalid } from '../invalid-object.ts';
import { addCredit, afterFee, creditOf, creditsView, type TopUpFee } from './credits.ts';

/** Signs what systems tell each other: the HMAC-SHA256 of a text, in hexadecimal. Takes the same time for every wrong one. */
export interface HookSecret {
  signs(text: string, signature: string): boolean;
}

export interface PaymentHookParts {
  readonly store: AdminStore;
  readonly clock: Clock;
  readonly secret: HookSecret;
  readonly fee: TopUpFee;
  /** A time span such as `365d`, where a payment names none. */
  readonly expiresIn?: string | undefined;
  credits(budget: Budget): CreditsNow;
}

const longestAgeMs = 5 * 60_000;

/** Takes signed words of a payment system, and turns what was paid into credits, once for each payment. */
export class PaymentHook {
  readonly #parts: PaymentHookParts;

  constructor(parts: PaymentHookParts) {
    this.#parts = parts;
  }

  /** Rejects with `invalid_api_key` for a wrong or old signature, `invalid_request` and `not_found`. */
  async take(
    body: string,
    signature: string | undefined,
  ): Promise<{ readonly view: JsonObject; readonly repeated: boolean }> {
    this.#check(body, signature);
    const payment = paymentOf(body);
    const { store, clock, fee, expiresIn, credits } = this.#parts;
    const paid = readUsd(payment.paid_usd);
    if ('problem' in paid) throw invalid('paid_usd', paid.problem);
    const { nanoUsd, feeNanoUsd } = afterFee(paid.nanoUsd, fee);
    const orgId = payment.organisation ?? (payment.kind === 'organisation' ? payment.id : undefined) ?? 'default';
    const id = payment.kind === 'organisation' ? orgId : payment.id;
    if (id === undefined) throw invalid('id', `is missing; it names the ${payment.kind}`);
    const wanted = {
      usd: usdText(nanoUsd),
      paid_usd: usdText(paid.nanoUsd),
      fee_usd: usdText(feeNanoUsd),
      expires_at: payment.expires_at,
      expires_in: payment.expires_in ?? (payment.expires_at === undefined ? expiresIn : undefined),
      note: payment.note,
    };
    const credit = creditOf(wanted, {
      id: `payment:${payment.payment_id}`,
      actor: 'payment hook',
      nowMs: clock.wallMs(),
    });
    const { object, repeated } = await addCredit(store, { orgId, kind: payment.kind, id, credit });
    return { view: creditsView(object, credits), repeated };
  }

  #check(body: string, signature: string | undefined): void {
    const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? '');
    const [, seconds = '', hex = ''] = match ?? [];
    if (match === null || !this.#parts.secret.signs(`${seconds}.${body}`, hex))
      throw new GatewayError(
        'invalid_api_key',
        'x-sluice-signature must be "t=SECONDS,v1=HEX", the HMAC-SHA256 of "SECONDS.BODY" under money.credits.hook_secret.',
      );
    if (Math.abs(this.#parts.clock.wallMs() - Number(seconds) * 1000) > longestAgeMs)
      throw new GatewayError('invalid_api_key', 'x-sluice-signature is more than five minutes old. Sign it again.');
  }
}

const paymentOf = (body: string): Payment => {
  const read = readPayment(jsonOf(body));
  if ('problems' in read) throw new InvalidObject(read.problems);
  return read.value;
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new GatewayError('invalid_json', 'The body is not JSON.');
  }
};
