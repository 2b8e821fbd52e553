import type { Edit } from '../../../../core/json/edit.ts';
import type { Json, JsonObject } from '../../../../core/json/json.ts';
import { patchJson } from '../../../../core/json/span-patch.ts';
import type { Identified } from '../../../line/records.ts';

/** Members to be set; undefined takes one away. */
export type Changes = Readonly<Record<string, Json | undefined>>;

/** A request with some members of its body changed, in its bytes too. Itself when nothing is. */
export const bodyWith = (identified: Identified, changes: Changes): Identified => {
  const changed = Object.entries(changes).filter(([name, value]) => identified.body[name] !== value);
  if (changed.length === 0) return identified;
  const edits = changed.map(
    ([name, value]): Edit =>
      value === undefined ? { op: 'remove', path: [name] } : { op: 'set', path: [name], value },
  );
  const kept = Object.entries({ ...identified.body, ...Object.fromEntries(changed) });
  const body: JsonObject = Object.fromEntries(kept.filter(([, value]) => value !== undefined));
  return { ...identified, body, bytes: patchJson(identified.bytes, edits) };
};
