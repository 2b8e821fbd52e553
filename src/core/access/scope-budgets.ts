import type { Budget } from '../ledger/budget.ts';
import { readUsd } from '../money/read-usd.ts';
import type { BudgetDocument, CreditDocument } from './documents.ts';

/**
 * The budgets of a scope. A budget's id is made of organisation, scope, window and models, so that its counter goes on when its limit is changed, and two
 * organisations never share one.
 */
export const scopeBudgets = (
  documents: readonly BudgetDocument[] | undefined,
  at: { readonly home: string; readonly scope: string },
): readonly Budget[] => (documents ?? []).map((document) => scopeBudget(document, at));

const scopeBudget = (
  document: BudgetDocument,
  { home, scope }: { readonly home: string; readonly scope: string },
): Budget => {
  const { models, raise, time_zone: timeZone = 'UTC' } = document;
  return {
    id: `${home}/${scope}/${windowName(document)}${models === undefined ? '' : `/${models.toSorted().join(',')}`}${document.soft === true ? '/soft' : ''}`,
    scope,
    limitNanoUsd: nanoOf(document.limit_usd),
    window: windowOf(document),
    timeZone,
    ...(models === undefined ? {} : { models }),
    soft: document.soft ?? false,
    ...(raise === undefined ? {} : { raise: { nanoUsd: nanoOf(raise.usd), untilMs: Date.parse(raise.until) } }),
  };
};

/** The credits of a scope as one more budget: none without any top-up. */
export const scopeCredits = (
  documents: readonly CreditDocument[] | undefined,
  { home, scope }: { readonly home: string; readonly scope: string },
): readonly Budget[] => {
  if (documents === undefined) return [];
  const grants = documents.map(({ id, usd, created_at, expires_at }) => ({
    id,
    nanoUsd: nanoOf(usd),
    fromMs: Date.parse(created_at),
    ...(expires_at === undefined ? {} : { untilMs: Date.parse(expires_at) }),
  }));
  const id = `${home}/${scope}/credits`;
  return [{ id, scope, limitNanoUsd: 0n, window: { kind: 'lifetime' }, timeZone: 'UTC', soft: false, grants }];
};

/** What tells a budget from others of its scope: no two may share it. */
export const windowName = ({ window }: BudgetDocument): string =>
  typeof window === 'string' ? window : `rolling-${window.rolling_days}`;

const windowOf = ({ window }: BudgetDocument): Budget['window'] =>
  typeof window === 'string' ? { kind: window } : { kind: 'rolling', days: window.rolling_days };

/** Documents were checked before they were kept. */
const nanoOf = (usd: string): bigint => {
  const read = readUsd(usd);
  if ('problem' in read) throw new Error(`An amount that was kept cannot be read: ${read.problem}`);
  return read.nanoUsd;
};
