import { type QuirkChanges, quirkChanges } from '../../../core/catalog/quirks.ts';
import type { Operation } from '../../../core/ir/index.ts';
import { applyEdits } from '../../../core/json/edit.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { type ModelSettings, settingEdits } from '../../../core/policy/model-settings.ts';
import type { Target } from '../records.ts';

const noChanges: QuirkChanges = { edits: [], told: [] };

/** What changes in a body in the target's dialect: first the installation's settings for the model, then the host's quirks. */
export const bodyChanges = (target: Target, body: JsonObject, operation: Operation): QuirkChanges => {
  if (target.settings === undefined) return quirkEdits(target, body, operation);
  const { edits, losses } = settingEdits(settingsFor(target.settings, operation), target.served.dialect, body);
  const quirks = quirkEdits(target, applyEdits(body, edits), operation);
  return { edits: [...edits, ...quirks.edits], told: [...losses, ...quirks.told] };
};

const quirkEdits = ({ manners, served }: Target, body: JsonObject, operation: Operation): QuirkChanges =>
  manners.quirks.length === 0 ? noChanges : quirkChanges(manners.quirks, { dialect: served.dialect, operation }, body);

/** Defaults and overrides are meant for chat: a temperature would make an embeddings request invalid. */
const settingsFor = (settings: ModelSettings, operation: Operation): ModelSettings =>
  operation === 'chat' ? settings : { ...settings, defaults: {}, overrides: {} };
