import { invalidField } from '../../errors/gateway-error.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../json/json.ts';
import type { FailureMatch } from '../route.ts';

export const objectAt = (value: Json | undefined, at: string): JsonObject | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalidField(at, `must be an object, not ${nameOf(value)}.`);
  return value;
};

export const listAt = (value: Json | undefined, at: string): readonly Json[] => {
  if (value === undefined || !isArray(value) || value.length === 0)
    throw invalidField(at, 'must be a list with one entry at least.');
  return value;
};

export const textAt = (value: Json | undefined, at: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isString(value) || value === '') throw invalidField(at, `must be text, not ${nameOf(value)}.`);
  return value;
};

export const textsAt = (value: Json | undefined, at: string): readonly string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isArray(value)) throw invalidField(at, `must be a list of names, not ${nameOf(value)}.`);
  return value.map((name, index) => textAt(name ?? null, `${at}[${index}]`) ?? '');
};

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

export const numberAt = (value: Json | undefined, at: string, { least, most, whole }: Bounds): number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidField(at, `must be a number, not ${nameOf(value)}.`);
  if (!(value >= least && value <= most)) throw invalidField(at, `must be from ${least} to ${most}.`);
  if (whole === true && !Number.isInteger(value)) throw invalidField(at, 'must be a whole number.');
  return value;
};

const nameOf = (value: Json): string => {
  if (value === null) return 'null';
  if (isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
};

export const statusesAt = (value: Json, at: string): readonly number[] => {
  if (!isArray(value)) throw invalidField(at, 'must be a list of statuses.');
  return value.map((status, index) => {
    if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) return status;
    throw invalidField(`${at}[${index}]`, 'must be a status between 100 and 599.');
  });
};

/** Where no provider said a status, such trees go by the one that clients would be told. */
export const matchOf = (statuses: readonly number[]): FailureMatch => {
  const says = (...told: readonly number[]): boolean => told.some((status) => statuses.includes(status));
  const unanswered = [
    ...(says(500, 502, 503) ? (['transient', 'bad-response'] as const) : []),
    ...(says(408, 504) ? (['timeout'] as const) : []),
  ];
  return { statuses, ...(unanswered.length === 0 ? {} : { unanswered }) };
};
