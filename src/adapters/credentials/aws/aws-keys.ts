import type { CloudCredentials } from '../../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { isObject, type Json, parseJson, stringAt } from '../../../core/json/json.ts';
import type { Token } from '../token-keeper.ts';

/** What a call is signed with. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Keys that are asked for. */
export type AwsSourced = Extract<CloudCredentials, { readonly kind: 'aws-source' }>;

/** Files may be replaced at any time, and are read again after this. */
const readAgainMs = 300_000;

/** Keys that say nothing of their end. */
export const fixedKeys = (keys: AwsKeys): Token<AwsKeys> => ({ value: keys, lifetimeMs: readAgainMs });

/** Keys as container and instance metadata write them. `Expiration` is a date. Throws `upstream_auth`. */
export const keysIn = (answer: Json, nowMs: number, service: string): Token<AwsKeys> => {
  const accessKeyId = stringAt(answer, 'AccessKeyId');
  const secretAccessKey = stringAt(answer, 'SecretAccessKey');
  const sessionToken = stringAt(answer, 'Token') ?? stringAt(answer, 'SessionToken');
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new GatewayError('upstream_auth', `${service} answered without access keys.`);
  const keys: AwsKeys = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const ends = isObject(answer) ? endOf(answer['Expiration']) : Number.NaN;
  return Number.isNaN(ends) ? fixedKeys(keys) : { value: keys, lifetimeMs: Math.max(ends - nowMs, 1) };
};

/** A date in words, or seconds since 1970. */
const endOf = (value: Json | undefined): number => {
  if (typeof value === 'number') return value * 1000;
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
};

/** What the Security Token Service answers: XML, or JSON where it was asked for. */
export const keysInStsAnswer = (text: string, nowMs: number): Token<AwsKeys> => {
  const json = parseJson(text);
  const found = json === undefined ? membersIn(text) : deepCredentials(json);
  return keysIn(found, nowMs, 'The AWS token service');
};

const membersIn = (xml: string): Json =>
  Object.fromEntries(
    [...xml.matchAll(/<(AccessKeyId|SecretAccessKey|SessionToken|Expiration)>([^<]*)</g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&').trim()],
    ),
  );

const deepCredentials = (value: Json): Json => {
  if (!isObject(value)) return null;
  if (isObject(value['Credentials'])) return value['Credentials'];
  for (const member of Object.values(value)) {
    const found = deepCredentials(member ?? null);
    if (found !== null) return found;
  }
  return null;
};
