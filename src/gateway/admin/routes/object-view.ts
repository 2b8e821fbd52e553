import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';

/** An object as the admin API shows it. */
export const objectView = ({ data, ...object }: StoredObject, key?: string): JsonObject => ({
  object: object.kind,
  id: object.id,
  organisation_id: object.orgId,
  alias: object.alias ?? null,
  ...(key === undefined ? {} : { key }),
  ...(data as unknown as JsonObject),
  origin: object.origin,
  revision: object.revision,
  created_at: timeOf(object.createdMs),
  updated_at: timeOf(object.updatedMs),
});

const timeOf = (ms: number): Json => new Date(ms).toISOString();
