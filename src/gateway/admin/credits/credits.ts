import type { TopUp } from '../../../contract/objects/top-up-schema.ts';
import type { CreditDocument, Documents, ScopeDocument } from '../../../core/access/documents.ts';
import { scopeCredits } from '../../../core/access/scope-budgets.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Budget } from '../../../core/ledger/budget.ts';
import type { CreditsNow } from '../../../core/ledger/credits.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import type { AdminStore, StoredObject } from '../../../ports/admin-store.ts';
import { invalid } from '../invalid-object.ts';
import { withExpiry } from '../rules/prepare-key.ts';

/** What may have credits. */
export const creditKinds = ['organisation', 'team', 'project', 'user', 'customer', 'key'] as const;
export type CreditKind = (typeof creditKinds)[number];

export interface Adding {
  readonly orgId: string;
  readonly kind: CreditKind;
  readonly id: string;
  readonly credit: CreditDocument;
}

export interface Added {
  readonly object: StoredObject<CreditKind>;
  readonly credit: CreditDocument;
  /** It was there already. */
  readonly repeated: boolean;
}

const tries = 8;
const mostGrants = 2000;

/** Adds a grant to what an object holds, once under its id, whoever else changes the object meanwhile. */
export const addCredit = async (store: AdminStore, { orgId, kind, id, credit }: Adding): Promise<Added> => {
  for (let attempt = 1; ; attempt += 1) {
    const object = await store.of(orgId).get(kind, id);
    if (object === undefined) throw new GatewayError('not_found', `There is no ${kind} "${id.slice(0, 200)}".`);
    const { credits = [] } = object.data as ScopeDocument;
    const known = credits.find((one) => one.id === credit.id);
    if (known !== undefined) return { object, credit: known, repeated: true };
    if (credits.length >= mostGrants)
      throw new GatewayError('conflict', `The ${kind} "${id}" has ${mostGrants} top-ups, which is the most.`);
    const data = { ...object.data, credits: [...credits, credit] } as Documents[CreditKind];
    try {
      const written = await store.of(orgId).update({ kind, id, data, expectedRevision: object.revision });
      return { object: written, credit, repeated: false };
    } catch (error) {
      const again = error instanceof GatewayError && error.code === 'precondition_failed' && attempt < tries;
      if (!again) throw error;
    }
  }
};

/** The grant a top-up asks for. */
export const creditOf = (
  wanted: Omit<TopUp, 'usd'> & { readonly usd: string; readonly paid_usd?: string; readonly fee_usd?: string },
  made: { readonly id: string; readonly actor: string; readonly nowMs: number },
): CreditDocument => {
  const { usd, paid_usd, fee_usd, note, expires_at, expires_in } = wanted;
  const expiry = withExpiry({ expires_at, expires_in }, made.nowMs).expires_at;
  return {
    id: made.id,
    usd,
    created_at: new Date(made.nowMs).toISOString(),
    ...(typeof expiry === 'string' ? { expires_at: new Date(expiry).toISOString() } : {}),
    ...(paid_usd === undefined ? {} : { paid_usd }),
    ...(fee_usd === undefined ? {} : { fee_usd }),
    ...(note === undefined ? {} : { note }),
    actor: made.actor,
  };
};

/** How an object's credits stand, as the admin API shows it. */
export const creditsView = (
  object: StoredObject<CreditKind>,
  creditsNow: (budget: Budget) => CreditsNow,
): JsonObject => {
  const { orgId, kind, id } = object;
  const documents = (object.data as ScopeDocument).credits;
  const [budget] = scopeCredits(documents, { home: orgId, scope: `${kind}:${id}` });
  const grants = budget === undefined ? [] : creditsNow(budget).grants;
  const left = new Map(grants.map(({ grant, leftNanoUsd, expired }) => [grant.id, { leftNanoUsd, expired }]));
  const balance = grants.reduce((sum, { leftNanoUsd }) => sum + leftNanoUsd, 0n);
  return {
    object: 'credits',
    of: `${kind}:${id}`,
    /** Without any top-up, nothing is prepaid, and budgets alone say what may be spent. */
    prepaid: budget !== undefined,
    total_usd: usdText(grants.reduce((sum, { grant }) => sum + grant.nanoUsd, 0n)),
    balance_usd: usdText(balance),
    grants: (documents ?? []).map((credit) => ({
      ...(credit as unknown as JsonObject),
      left_usd: usdText(left.get(credit.id)?.leftNanoUsd ?? 0n),
      expired: left.get(credit.id)?.expired ?? false,
    })),
  };
};

/** A fee on what is paid. Nano-dollars and parts per million. */
export interface TopUpFee {
  readonly partsPerMillion: number;
  readonly leastNanoUsd: bigint;
}

/** What is left of a payment, and what is taken off it, rounded up. Throws when the fee takes it all. */
export const afterFee = (
  paidNanoUsd: bigint,
  { partsPerMillion, leastNanoUsd }: TopUpFee,
): { readonly nanoUsd: bigint; readonly feeNanoUsd: bigint } => {
  const share = (paidNanoUsd * BigInt(partsPerMillion) + 999_999n) / 1_000_000n;
  const feeNanoUsd = share > leastNanoUsd ? share : leastNanoUsd;
  if (feeNanoUsd >= paidNanoUsd) throw invalid('paid_usd', `is not more than the fee of $${usdText(feeNanoUsd)}`);
  return { nanoUsd: paidNanoUsd - feeNanoUsd, feeNanoUsd };
};
