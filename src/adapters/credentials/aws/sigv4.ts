import { createHash, createHmac } from 'node:crypto';
import type { WireCall } from '../../../ports/upstream.ts';
import type { AwsKeys } from './aws-keys.ts';

/** Keys, and the place they sign for. */
export interface SigningKeys extends AwsKeys {
  readonly region: string;
  readonly service: string;
}

/**
 * Signs a call by AWS Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Only the
 * host, the content type and the `x-amz-` headers are signed, since proxies may change the others. `nowMs` is the time AWS has.
 */
export const signCall = (call: WireCall, credentials: SigningKeys, nowMs: number): WireCall => {
  const url = new URL(call.url);
  const time = amzTime(nowMs);
  const headers: Record<string, string> = { ...call.headers, 'x-amz-date': time };
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken;
  const signed = signedHeaders({ ...headers, host: url.host });
  const names = signed.map(([name]) => name).join(';');
  const request = [
    call.method,
    canonicalPath(url.pathname),
    canonicalQuery(url.search),
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(call.body ?? ''),
  ].join('\n');
  const scope = `${time.slice(0, 8)}/${credentials.region}/${credentials.service}/aws4_request`;
  const signature = hmac(signingKey(credentials, time), ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n'));
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature.toString('hex')}`;
  return { ...call, headers };
};

/** `20150830T123600Z` */
const amzTime = (nowMs: number): string => new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

const signedHeaders = (headers: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(headers)
    .filter(([name]) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .map(([name, value]) => [name, value.trim().replaceAll(/ +/g, ' ')] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));

/** Every service but S3 wants the path's segments encoded once more than they are sent. */
const canonicalPath = (path: string): string => path.split('/').map(encode).join('/');

const canonicalQuery = (search: string): string =>
  (search === '' ? [] : search.slice(1).split('&'))
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encode(decodeURIComponent(name)), encode(decodeURIComponent(value.join('=')))] as const;
    })
    .sort(([oneName, oneValue], [name, value]) =>
      oneName === name ? (oneValue < value ? -1 : 1) : oneName < name ? -1 : 1,
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** `encodeURIComponent` leaves a few characters alone that AWS wants encoded. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const signingKey = ({ secretAccessKey, region, service }: SigningKeys, time: string): Buffer =>
  [time.slice(0, 8), region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
