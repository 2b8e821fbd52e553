import { GatewayError } from '../errors/gateway-error.ts';
import { byte, skipString } from './byte-walk.ts';

export interface JsonLimits {
  /** Values of any kind: members, items, and the whole. */
  readonly maxValues: number;
  /** Objects and arrays inside each other. */
  readonly maxDepth: number;
}

/**
 * Refuses a body that would be dear to parse, by its bytes alone: 15 MB of `{}` keep a parser busy for half a second, a scan for a fraction
 * of that, and it stops at the limit. It does not validate; the parser does.
 *
 * Throws `too_many_values` or `too_deep` (400).
 */
export const checkJsonLimits = (bytes: Uint8Array, limits: JsonLimits): void => {
  let values = 1;
  let depth = 0;
  let at = 0;
  const length = bytes.length;
  while (at < length) {
    const value = bytes[at];
    if (value === byte.quote) {
      at = skipString(bytes, at);
      continue;
    }
    at += 1;
    if (value === byte.comma) {
      values += 1;
      if (values > limits.maxValues) throw tooManyValues(limits.maxValues);
    } else if (value === byte.openBrace || value === byte.openBracket) {
      depth += 1;
      values += 1;
      if (depth > limits.maxDepth) throw tooDeep(limits.maxDepth);
      if (values > limits.maxValues) throw tooManyValues(limits.maxValues);
    } else if (value === byte.closeBrace || value === byte.closeBracket) depth -= 1;
  }
};

const tooManyValues = (limit: number): GatewayError =>
  new GatewayError(
    'too_many_values',
    `The body holds more than ${limit} JSON values. Send less, or raise limits.json_values.`,
  );

const tooDeep = (limit: number): GatewayError =>
  new GatewayError(
    'too_deep',
    `The body is nested more than ${limit} levels deep. Flatten it, or raise limits.json_depth.`,
  );

export interface ParseLimits {
  /** Values of any kind. */
  readonly maxValues: number;
  /** Objects and arrays, which cost a parser several times as much as numbers. */
  readonly maxContainers: number;
}

/** Whether parsing would take long enough to be felt by everybody else. Looks at large inputs only. */
export const isDearToParse = (bytes: Uint8Array, { maxValues, maxContainers }: ParseLimits): boolean => {
  // A value takes two bytes at least: itself and a comma.
  if (bytes.length < 2 * Math.min(maxValues, maxContainers)) return false;
  let values = 1;
  let containers = 0;
  let at = 0;
  while (at < bytes.length) {
    const value = bytes[at];
    if (value === byte.quote) {
      at = skipString(bytes, at);
      continue;
    }
    at += 1;
    if (value === byte.comma) values += 1;
    else if (value === byte.openBrace || value === byte.openBracket) containers += 1;
    else continue;
    if (values + containers > maxValues || containers > maxContainers) return true;
  }
  return false;
};
