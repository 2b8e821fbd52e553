import { GatewayError, invalidField } from '../../errors/gateway-error.ts';
import type { Json, JsonObject } from '../../json/json.ts';

/** Makes the error for a field that is wrong: a client's field is `invalid_request`, a provider's is `upstream_invalid`. */
export type Complain = (path: string, problem: string) => GatewayError;

export const complainToClient: Complain = invalidField;

export const complainOfUpstream: Complain = (path, problem) =>
  new GatewayError('upstream_invalid', `The provider's answer is not a message. ${path}: ${problem}`);

/** What a value is, for messages: `null`, `an array`, `a string` … Never the value, which may be a secret or a prompt. */
export const typeName = (value: Json | undefined): string => {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

/** A client's member of another type than it must be. */
export const wrongType = (path: string, wanted: string, value: Json | undefined): GatewayError =>
  invalidField(path, `must be ${wanted}, but is ${typeName(value)}.`);

/** Where a value stands, and how to complain about it. */
export interface Site {
  readonly path: string;
  readonly complain: Complain;
}

/** The member as a string. Throws when it is missing or of another type. */
export const requireString = (object: JsonObject, name: string, site: Site): string => {
  const value = object[name];
  if (typeof value === 'string') return value;
  throw site.complain(`${site.path}.${name}`, `must be a string, but is ${typeName(value)}.`);
};
