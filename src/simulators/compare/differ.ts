import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';

/** Names that some wires cannot write and others insist on. */
const oneSided = /(^output\.(name|description|strict)|\.filename)$/;

/** Adds the paths in which two values differ. */
export const differ = (a: Json | undefined, b: Json | undefined, at: { path: string; found: string[] }): void => {
  if (Object.is(a, b)) return;
  if ((a === undefined || b === undefined) && oneSided.test(at.path)) return;
  if (isArray(a) && isArray(b)) {
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      differ(a[index], b[index], { path: `${at.path}[${index}]`, found: at.found });
    }
    return;
  }
  if (isObject(a) && isObject(b)) differObjects(a, b, at);
  else at.found.push(at.path);
};

const differObjects = (a: JsonObject, b: JsonObject, at: { path: string; found: string[] }): void => {
  const draft: JsonDraft = { ...a, ...b };
  for (const name of Object.keys(draft)) {
    differ(a[name], b[name], { path: at.path === '' ? name : `${at.path}.${name}`, found: at.found });
  }
};
