import type { JsonObject } from '../../core/json/json.ts';

/** A tree of targets that is kept, as calls name it. */
export interface SavedConfig {
  readonly id: string;
  readonly tree: JsonObject;
  readonly blocked: boolean;
}

/** Trees of targets that organisations keep. */
export interface SavedConfigs {
  /** By id or alias. */
  find(orgId: string, name: string): SavedConfig | undefined;
}
