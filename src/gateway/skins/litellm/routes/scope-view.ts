import type { ScopeDocument } from '../../../../core/access/documents.ts';
import type { JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { heldView } from '../fields/held-fields.ts';
import { extrasOf, modelsView, timeView } from '../fields/object-fields.ts';
import type { SkinTools } from '../skin-route.ts';
import { placeOf, spentOf } from '../spent.ts';

type ScopeKind = 'organisation' | 'team' | 'project' | 'user' | 'customer' | 'tag';
export type Scope = StoredObject<ScopeKind>;

/** What LiteLLM shows of everything that calls are charged to. */
export const scopeView = (object: Scope, spent: JsonObject): JsonObject => {
  const data: ScopeDocument = object.data;
  const held = heldView(data);
  return {
    ...extrasOf(data),
    spend: 0,
    models: modelsView(data.models),
    metadata: data.metadata ?? {},
    blocked: data.blocked ?? false,
    budget_id: data.budget_id ?? null,
    ...held,
    budget_reset_at: null,
    ...spent,
    litellm_budget_table: { budget_id: data.budget_id ?? null, ...held },
    created_at: timeView(object.createdMs),
    updated_at: timeView(object.updatedMs),
  };
};

/** Objects with what they have spent, each in the words of `view`. */
export const shownScopes = async <Kind extends ScopeKind>(
  objects: readonly StoredObject<Kind>[],
  tools: SkinTools,
  view: (object: StoredObject<Kind>, spent: JsonObject) => JsonObject,
): Promise<readonly JsonObject[]> => {
  const spent = await spentOf(objects, tools);
  return objects.map((object) => view(object, spent.get(placeOf(object)) ?? {}));
};
