import { tokenRuleOf, tokensOfBytes } from '../../../core/catalog/models/token-rules.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Usage } from '../../../core/ir/index.ts';
import { type Bill, billOf } from '../../../core/money/bill.ts';
import type { PriceVersion } from '../../../core/money/price.ts';
import type { PromptTexts } from '../../../core/money/prompt-texts.ts';
import type { Charge, Hold } from '../../../ports/ledger.ts';
import type { Tokenizer } from '../../../ports/tokenizer.ts';
import type { MoneyRules } from './money-rules.ts';
import type { Produced } from './produced.ts';

/** What an exchange ended with, as far as money goes. */
export interface MoneyEnd {
  /** What the provider counted; partly, when the answer is not whole. */
  readonly usage: Usage | undefined;
  /** The answer came to its end: the provider's counts are final. */
  readonly whole: boolean;
  /** What the model wrote, as far as it passed. */
  readonly produced: Produced | undefined;
  /** The provider answered with an error, or was never reached: it bills nothing. */
  readonly unbilled: boolean;
  readonly reason?: string;
}

/** What a hold was made for. */
export interface HeldCall {
  readonly price: PriceVersion | undefined;
  readonly rules: MoneyRules;
  readonly tokenizer: Tokenizer;
  /** Its family says how its tokens are counted; asked only when the provider does not count. */
  readonly model: string;
  /** Asked only when the provider does not count. */
  prompt(): PromptTexts;
  readonly sliceNanoUsd: bigint;
  /** A budget counts the call that refuses what is beyond it. */
  readonly limited: boolean;
}

export interface Charged {
  readonly bill: Bill | undefined;
  readonly charge: Charge;
}

/** A hold with the price it was made at. */
export class PricedHold {
  readonly #hold: Hold;
  readonly #call: HeldCall;

  constructor(hold: Hold, call: HeldCall) {
    this.#hold = hold;
    this.#call = call;
  }

  get attemptId(): string {
    return this.#hold.attemptId;
  }

  get priceVersion(): string {
    return this.#call.rules.names.of(this.#call.price);
  }

  /** Nothing was sent. */
  void(reason: string): void {
    this.#hold.void(reason);
  }

  /** Tells how much of an answer has passed. Throws `budget_exceeded` when the next slice is refused. Undefined when no budget can refuse. */
  spending(): ((characters: number) => void) | undefined {
    const { price, limited, sliceNanoUsd, rules } = this.#call;
    if (!limited || price === undefined || rules.mode === 'soft') return undefined;
    const cost = (outputTokens: number): bigint => billOf({ inputTokens: 0, outputTokens }, price, rules).nanoUsd;
    const million = cost(1_000_000) - cost(0);
    const { inputNanoUsd } = this.#hold;
    return (characters) => {
      const passed = inputNanoUsd + (million * BigInt(tokensOfBytes(characters))) / 1_000_000n;
      if (!this.#hold.metered(passed, sliceNanoUsd)) throw stopped();
    };
  }

  /** Counts what the provider did not, away from this thread. Undefined when its word is enough, or there is nothing to be counted. */
  count(end: MoneyEnd): Promise<Usage> | undefined {
    const { usage, whole, unbilled, produced } = end;
    if (this.#call.price === undefined || (whole && usage !== undefined)) return undefined;
    return unbilled && isEmpty(produced) ? undefined : this.#counted(end);
  }

  /** Ends the hold with what was used. The bill is undefined when nobody knows a price. */
  end({ usage, whole, unbilled, reason, produced }: MoneyEnd, counted: Usage | undefined): Charged {
    const why = reason === undefined ? {} : { reason };
    if (counted !== undefined) return this.#estimate(counted, { source: whole ? 'counted' : 'metered', ...why });
    if (!whole && unbilled && isEmpty(produced)) return this.#settle(undefined, { source: 'none', ...why });
    if (usage !== undefined) return this.#settle(this.#bill(usage), { source: 'provider', ...why });
    const charge: Charge = { nanoUsd: this.#hold.inputNanoUsd, source: 'metered', ...why };
    this.#hold.estimate(charge);
    return { bill: undefined, charge };
  }

  #settle(bill: Bill | undefined, how: Omit<Charge, 'nanoUsd'>): Charged {
    const charge: Charge = { nanoUsd: bill?.nanoUsd ?? 0n, ...how };
    this.#hold.settle(charge);
    return { bill, charge };
  }

  /** Without output, an answer that broke may be the house's loss: the operator decides. */
  #estimate(usage: Usage, how: Omit<Charge, 'nanoUsd'>): Charged {
    const bill = this.#bill(usage);
    const cost = bill?.nanoUsd ?? 0n;
    const insured = this.#call.rules.noOutputNoCharge && how.source === 'metered' && usage.outputTokens === 0;
    // A stream that we stopped for its budget is charged what was set aside at most: the meter's rule of thumb is ours, and so is its error.
    const most = how.reason === 'budget-stop' && cost > this.#hold.heldNanoUsd ? this.#hold.heldNanoUsd : cost;
    const charged = insured ? 0n : most;
    const charge: Charge = { nanoUsd: charged, ...how, ...(charged < cost ? { goodwillNanoUsd: cost - charged } : {}) };
    this.#hold.estimate(charge);
    return { bill, charge };
  }

  #bill(usage: Usage): Bill | undefined {
    const { price, rules } = this.#call;
    return price === undefined ? undefined : billOf(usage, price, { terms: rules.terms });
  }

  /** The provider's own counts where it gave them: of an answer that broke, those of the input, and of the output as far as it had told. */
  async #counted({ usage, produced }: MoneyEnd): Promise<Usage> {
    const { tokenizer, model } = this.#call;
    const tokenRule = tokenRuleOf(model);
    const written = produced ?? { texts: [], calls: 0 };
    const [input, output] = await Promise.all([
      usage !== undefined && usage.inputTokens > 0 ? usage.inputTokens : this.#countedInput(),
      tokenizer.count({ rule: tokenRule, texts: written.texts }),
    ]);
    const outputTokens = withBeyond(output, written) + written.calls * tokenRule.callTokens;
    return { ...usage, inputTokens: input, outputTokens: Math.max(usage?.outputTokens ?? 0, outputTokens) };
  }

  async #countedInput(): Promise<number> {
    const { tokenizer, model } = this.#call;
    const tokenRule = tokenRuleOf(model);
    const { texts, messages, media } = this.#call.prompt();
    const words = await tokenizer.count({ rule: tokenRule, texts });
    return words + (messages + 1) * tokenRule.messageTokens + media * mediaTokens;
  }
}

/** The part of a very long answer that was not kept is taken to be like the part that was. */
const withBeyond = (tokens: number, { texts, beyond = 0 }: Produced): number => {
  if (beyond === 0) return tokens;
  const kept = texts.reduce((sum, text) => sum + text.length, 0);
  return kept === 0 ? tokens : Math.ceil((tokens * (kept + beyond)) / kept);
};

/** A picture of common size. */
const mediaTokens = 800;

const isEmpty = (produced: Produced | undefined): boolean =>
  produced === undefined || (produced.calls === 0 && produced.texts.every((text) => text === ''));

const stopped = (): GatewayError =>
  new GatewayError(
    'budget_exceeded',
    'The answer was ended here: it has cost what a budget had left. What was written so far is charged.',
  );
