import { createHmac } from 'node:crypto';
import type { Egress } from '../../core/catalog/active-provider.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { usdText } from '../../core/money/usd-text.ts';
import { Cancellation } from '../../ports/cancellation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BudgetPassed } from '../../ports/ledger.ts';
import type { Upstream } from '../../ports/upstream.ts';

export interface AlertSettings {
  readonly url: string;
  /** Signs what is sent; without it nothing is signed. */
  readonly secret?: string;
}

export interface AlertParts {
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly settings: AlertSettings | undefined;
  /** How the calls leave; absent when straight. */
  readonly egress?: Egress | undefined;
  /** Takes lines for operators. */
  write(line: string): void;
}

/** A receiver that is away for some minutes still hears of it. */
const retriesMs = [1000, 5000, 30_000, 120_000, 600_000];
const answerMs = 10_000;
const timeouts = { connectMs: answerMs, firstByteMs: answerMs, idleMs: answerMs, totalMs: answerMs };
const mostRemembered = 10_000;
const mostWaiting = 1000;

/** Tells of a budget that is passed, once for each of its windows: a line for operators, and a signed call of the address that was configured and no other. */
export class BudgetAlerts {
  readonly #parts: AlertParts;
  readonly #told = new Set<string>();
  /** Ends the waits for another try. */
  readonly #waits = new Set<() => void>();
  #waiting = 0;
  #closed = false;

  constructor(parts: AlertParts) {
    this.#parts = parts;
  }

  passed(passed: BudgetPassed): void {
    const { budget, counter, spentNanoUsd, limitNanoUsd } = passed;
    if (this.#told.has(counter)) return;
    if (this.#told.size >= mostRemembered) this.#told.clear();
    this.#told.add(counter);
    this.#parts.write(
      `Budget ${budget.id} of ${budget.scope}: $${usdText(spentNanoUsd)} of $${usdText(limitNanoUsd)} are spent.`,
    );
    if (this.#parts.settings === undefined || this.#waiting >= mostWaiting) return;
    this.#waiting++;
    void this.#deliver(this.#parts.settings, textOf(passed, this.#parts.clock.wallMs()), 0);
  }

  /** What could not be delivered yet is told to the log: nobody waits for it. */
  close(): void {
    this.#closed = true;
    if (this.#waits.size > 0)
      this.#parts.write(`${this.#waits.size} alerts of budgets were not delivered before the end.`);
    for (const stop of this.#waits) stop();
    this.#waits.clear();
  }

  #again(ms: number, deliver: () => Promise<void>): void {
    let over = false;
    let stop: () => void = () => undefined;
    const cancel = (): void => stop();
    stop = this.#parts.clock.after(ms, () => {
      over = true;
      this.#waits.delete(cancel);
      void deliver();
    });
    if (!over) this.#waits.add(cancel);
  }

  async #deliver(settings: AlertSettings, text: string, attempt: number): Promise<void> {
    const problem = await this.#send(settings, text);
    const retryMs = problem === undefined ? undefined : retriesMs[attempt];
    if (retryMs !== undefined && !this.#closed) {
      this.#again(retryMs, () => this.#deliver(settings, text, attempt + 1));
      return;
    }
    this.#waiting--;
    if (problem !== undefined) this.#parts.write(`The alert of a budget could not be delivered: ${problem}`);
  }

  /** What went wrong; undefined when it was taken. */
  async #send({ url, secret }: AlertSettings, text: string): Promise<string | undefined> {
    const seconds = Math.floor(this.#parts.clock.wallMs() / 1000);
    const signature =
      secret === undefined ? {} : { 'x-sluice-signature': `t=${seconds},v1=${signatureOf(secret, seconds, text)}` };
    try {
      // Redirects are not followed: another address is none that the operator named.
      const reply = await this.#parts.upstream.send(
        {
          url,
          method: 'POST',
          headers: { 'content-type': 'application/json', ...signature },
          body: text,
          timeouts,
          egress: this.#parts.egress,
        },
        new Cancellation(),
      );
      reply.cancel();
      return reply.status >= 200 && reply.status < 300 ? undefined : `it answered ${reply.status}`;
    } catch (error) {
      return error instanceof GatewayError ? (problems[error.code] ?? error.code) : String(error);
    }
  }
}

const problems: Readonly<Partial<Record<GatewayError['code'], string>>> = {
  upstream_unreachable: 'it could not be reached',
  upstream_timeout: `it did not answer within ${answerMs} ms`,
  upstream_cut: 'it cut the connection',
  upstream_invalid: 'its answer is not HTTP',
};

const signatureOf = (secret: string, seconds: number, text: string): string =>
  createHmac('sha256', secret).update(`${seconds}.${text}`).digest('hex');

const typeOf = ({ soft, grants }: BudgetPassed['budget']): string => {
  if (grants !== undefined) return 'credits.used_up';
  return soft ? 'budget.soft_limit_passed' : 'budget.spent';
};

const textOf = ({ budget, counter, spentNanoUsd, limitNanoUsd, resetMs }: BudgetPassed, atMs: number): string =>
  JSON.stringify({
    type: typeOf(budget),
    id: `${budget.soft ? 'soft' : 'spent'}:${counter}`,
    at: new Date(atMs).toISOString(),
    budget: budget.id,
    scope: budget.scope,
    limit_usd: usdText(limitNanoUsd),
    spent_usd: usdText(spentNanoUsd),
    ...(resetMs === undefined ? {} : { resets_at: new Date(resetMs).toISOString() }),
  });
