import type { AttemptState } from '../books.ts';
import type { FinalRecord, HeldRecord, LedgerRecord, ProgressRecord } from '../journal-record.ts';

/** An attempt that began in the batch that is being read. */
export interface FreshAttempt {
  readonly held: HeldRecord;
  readonly state: AttemptState;
  readonly heldNanoUsd: bigint;
  readonly meteredNanoUsd: bigint;
  readonly final: FinalRecord | undefined;
}

type Fresh = { -readonly [Name in keyof FreshAttempt]: FreshAttempt[Name] };

/** Attempts that begin in a batch of the journal, with what the batch says of them, by the rules of `Books`: most begin and end in one, and are written once. */
export class FreshAttempts {
  readonly #fresh = new Map<string, Fresh>();

  /** Takes a record of an attempt that began in this batch; false when the attempt is one of an earlier batch. */
  take(record: Exclude<LedgerRecord, { readonly kind: 'adjusted' }>): boolean {
    const { attemptId } = record;
    const known = this.#fresh.get(attemptId);
    if (known === undefined) {
      if (record.kind === 'held') this.#fresh.set(attemptId, freshOf(record));
      return record.kind === 'held';
    }
    switch (record.kind) {
      case 'held':
        break;
      case 'sent':
        if (known.state === 'held') Object.assign(known, { state: 'sent', meteredNanoUsd: known.held.inputNanoUsd });
        break;
      case 'progress':
        if (known.final === undefined) move(known, record);
        break;
      case 'settled':
      case 'estimated':
      case 'void':
        known.final ??= record;
        break;
    }
    return true;
  }

  /** Gives an attempt of this batch and lets go of it. */
  remove(attemptId: string): FreshAttempt | undefined {
    const known = this.#fresh.get(attemptId);
    this.#fresh.delete(attemptId);
    return known;
  }

  /** Gives those that have ended and lets go of them. */
  removeEnded(): readonly FreshAttempt[] {
    const ended = [...this.#fresh.values()].filter(({ final }) => final !== undefined);
    for (const { held } of ended) this.#fresh.delete(held.attemptId);
    return ended;
  }

  /** Gives all and lets go of them. */
  removeAll(): readonly FreshAttempt[] {
    const all = [...this.#fresh.values()];
    this.#fresh.clear();
    return all;
  }
}

const freshOf = (held: HeldRecord): Fresh => {
  const sent = held.sent === true;
  return {
    held,
    state: sent ? 'sent' : 'held',
    heldNanoUsd: held.nanoUsd,
    meteredNanoUsd: sent ? held.inputNanoUsd : 0n,
    final: undefined,
  };
};

const move = (fresh: Fresh, { meteredNanoUsd, heldNanoUsd }: ProgressRecord): void => {
  fresh.state = 'streaming';
  fresh.heldNanoUsd = heldNanoUsd;
  fresh.meteredNanoUsd = meteredNanoUsd;
};

/** What an end costs its scopes: a void attempt costs nothing, whatever stands in its record. */
export const chargedBy = ({ kind, nanoUsd }: FinalRecord): bigint => (kind === 'void' ? 0n : nanoUsd);
