import type { JsonObject } from '../../../../core/json/json.ts';
import type { ObjectVersion, StoredObject } from '../../../../ports/admin-store.ts';

const timeOf = (ms: number): string => new Date(ms).toISOString();
const versionId = (slug: string, revision: number): string => `${slug}:${revision}`;

/** A preset as this face shows it. Its newest version is the one that is in use. */
export const presetView = ({
  id,
  orgId,
  alias,
  data,
  revision,
  createdMs,
  updatedMs,
}: StoredObject<'preset'>): JsonObject => ({
  id,
  slug: id,
  name: alias ?? id,
  description: data.description ?? null,
  status: data.blocked === true ? 'disabled' : 'active',
  status_updated_at: null,
  designated_version_id: versionId(id, revision),
  creator_user_id: null,
  workspace_id: orgId,
  created_at: timeOf(createdMs),
  updated_at: timeOf(updatedMs),
});

const held = (config: JsonObject): JsonObject => {
  const { system_prompt: prompt, ...rest } = config;
  return { config: rest, system_prompt: typeof prompt === 'string' ? prompt : null };
};

export const wholePresetView = (preset: StoredObject<'preset'>): JsonObject => ({
  ...presetView(preset),
  designated_version: versionView(preset.id, {
    revision: preset.revision,
    data: preset.data,
    writtenMs: preset.updatedMs,
  }),
});

export const versionView = (
  slug: string,
  { revision, data, writtenMs }: Pick<ObjectVersion<'preset'>, 'revision' | 'data' | 'writtenMs'>,
): JsonObject => ({
  id: versionId(slug, revision),
  preset_id: slug,
  version: revision,
  ...held(data.config),
  creator_id: '',
  created_at: timeOf(writtenMs),
  updated_at: timeOf(writtenMs),
});
