import type { ScopeDocument } from '../../../core/access/documents.ts';
import type { ObjectKind } from '../../../core/access/object-kind.ts';
import { scopeBudgets } from '../../../core/access/scope-budgets.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { usdNumber } from '../../../core/money/usd-number.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import { timeView } from './fields/object-fields.ts';
import type { SkinTools } from './skin-route.ts';

type Spending = StoredObject<Exclude<ObjectKind, 'budget' | 'access-group'>>;

/** What each object has spent, in LiteLLM's sense: in the window of its first budget, and since ever without one. */
export const spentOf = async (
  objects: readonly Spending[],
  tools: SkinTools,
): Promise<ReadonlyMap<string, JsonObject>> => {
  const views = new Map<string, JsonObject>();
  const byOrganisation = new Map<string, Spending[]>();
  for (const object of objects) {
    const view = inWindow(object, tools);
    if (view === undefined) byOrganisation.set(object.orgId, [...(byOrganisation.get(object.orgId) ?? []), object]);
    else views.set(placeOf(object), view);
  }
  for (const [orgId, group] of byOrganisation) {
    const spend = await tools.facts.spend(orgId, group.map(scopeOf));
    for (const object of group)
      views.set(placeOf(object), { spend: usdNumber(spend.get(scopeOf(object)) ?? 0n), budget_reset_at: null });
  }
  return views;
};

export const placeOf = ({ orgId, kind, id }: StoredObject): string => `${orgId}/${kind}:${id}`;
const scopeOf = ({ kind, id }: StoredObject): string => `${kind}:${id}`;

const inWindow = (object: Spending, { standing }: SkinTools): JsonObject | undefined => {
  const { budgets } = object.data as ScopeDocument;
  const main = scopeBudgets(budgets, { home: object.orgId, scope: scopeOf(object) }).find(
    ({ soft, models, window }) => !soft && models === undefined && window.kind !== 'lifetime',
  );
  if (main === undefined) return undefined;
  const { settledNanoUsd, resetMs } = standing(main);
  return { spend: usdNumber(settledNanoUsd), budget_reset_at: resetMs === undefined ? null : timeView(resetMs) };
};
