import type { MemberDocument, ScopeDocument } from '../../core/access/documents.ts';
import { scopeBudgets, scopeCredits } from '../../core/access/scope-budgets.ts';
import { type ScopeLimit, scopeLimits } from '../../core/access/scope-limit.ts';
import type { Budget } from '../../core/ledger/budget.ts';
import type { OrganisationObjects } from './organisation-objects.ts';

/** What hangs on one scope. */
export interface ScopeParts {
  readonly scope: string;
  readonly budgets: readonly Budget[];
  readonly limits: readonly ScopeLimit[];
  /** Patterns; groups are written out. Undefined: no bound. */
  readonly models?: readonly string[];
  readonly blocked: boolean;
  readonly private: boolean;
}

/** The parts of a scope, those of the budget object it names included: each with a counter of this scope's own. */
export const scopeParts = (
  organisation: OrganisationObjects,
  scope: string,
  document: ScopeDocument | MemberDocument,
): ScopeParts => {
  const at = { home: organisation.orgId, scope };
  const { budget_id: budgetId, models, blocked = false, private: isPrivate = false } = document as ScopeDocument;
  const shared = budgetId === undefined ? undefined : organisation.document('budget', budgetId);
  return {
    scope,
    budgets: onceEach([
      ...scopeCredits((document as ScopeDocument).credits, at),
      ...scopeBudgets(document.budgets, at),
      ...scopeBudgets(shared?.budgets, at),
    ]),
    limits: onceEach([...scopeLimits(document.limits, at), ...scopeLimits(shared?.limits, at)]),
    ...(models === undefined ? {} : { models: withGroups(organisation, models) }),
    blocked,
    private: isPrivate,
  };
};

/** One counter must not be charged twice: a scope's own entry stands before that of the budget object. */
const onceEach = <Entry extends { readonly id: string }>(entries: readonly Entry[]): readonly Entry[] => {
  const seen = new Set<string>();
  return entries.filter(({ id }) => !seen.has(id) && seen.add(id));
};

/** Names of access groups stand for what the groups hold. */
export const withGroups = (organisation: OrganisationObjects, models: readonly string[]): readonly string[] =>
  models.flatMap((name) => organisation.group(name)?.models ?? [name]);
