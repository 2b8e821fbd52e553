import { CryptoHasher } from 'bun';
import type { Reply } from '../server/reply.ts';
import type { CloudCall } from './simulated-cloud.ts';

/** The one pair of access keys that is right, and where. */
export interface SimulatedAws {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
}

const allowedSkewMs = 5 * 60 * 1000;

interface Authorization {
  readonly keyId: string;
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const authorizationOf = (text: string): Authorization | undefined => {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(text);
  if (match === null) return undefined;
  const [, keyId = '', scope = '', names = '', signature = ''] = match;
  return { keyId, scope: scope.split('/'), signedHeaders: names.split(';'), signature };
};

/** Reads and recomputes a call's Signature Version 4, as AWS does. Undefined when it is right, else AWS's refusal. */
export const checkAwsSignature = (call: CloudCall, keys: SimulatedAws, nowMs: number): Reply | undefined => {
  const found = authorizationOf(call.headers['authorization'] ?? '');
  if (found === undefined) return refused('MissingAuthenticationTokenException', 'Missing Authentication Token', nowMs);
  if (found.keyId !== keys.accessKeyId || call.headers['x-amz-security-token'] !== keys.sessionToken) {
    return refused('UnrecognizedClientException', 'The security token included in the request is invalid.', nowMs);
  }
  const [day = '', region, service, end] = found.scope;
  if (region !== keys.region || service !== keys.service || end !== 'aws4_request') {
    const message = `Credential should be scoped to a valid region and correct service: '${keys.service}'.`;
    return refused('InvalidSignatureException', message, nowMs);
  }
  const time = call.headers['x-amz-date'] ?? '';
  const wrongTime = timeProblem(time, nowMs);
  if (wrongTime !== undefined) return refused('InvalidSignatureException', wrongTime, nowMs);
  const unsigned = ['host', 'x-amz-date'].filter((name) => !found.signedHeaders.includes(name));
  const expected = signatureOf(call, found, { secret: keys.secretAccessKey, time });
  if (unsigned.length === 0 && time.startsWith(day) && expected === found.signature) return undefined;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
  return refused('InvalidSignatureException', message, nowMs);
};

const readTime = (time: string): number =>
  Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const writeTime = (timeMs: number): string => `${new Date(timeMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`;

const timeProblem = (time: string, nowMs: number): string | undefined => {
  const aheadMs = readTime(time) - nowMs;
  if (aheadMs > allowedSkewMs) {
    return `Signature not yet current: ${time} is still later than ${writeTime(nowMs + allowedSkewMs)} (${writeTime(nowMs)} + 5 min.)`;
  }
  return -aheadMs > allowedSkewMs || Number.isNaN(aheadMs)
    ? `Signature expired: ${time} is now earlier than ${writeTime(nowMs - allowedSkewMs)} (${writeTime(nowMs)} - 5 min.)`
    : undefined;
};

const signatureOf = (
  call: CloudCall,
  { scope, signedHeaders }: Authorization,
  with_: { readonly secret: string; readonly time: string },
): string => {
  const [path = '', query = ''] = call.path.split('?');
  const request = [
    call.method,
    path.split('/').map(percentEncoded).join('/'),
    query.split('&').sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${(call.headers[name] ?? '').trim()}`),
    '',
    signedHeaders.join(';'),
    new CryptoHasher('sha256').update(call.body).digest('hex'),
  ].join('\n');
  const hashed = new CryptoHasher('sha256').update(request).digest('hex');
  const key = scope.reduce<Uint8Array>(
    (last, part) => keyed(last, part),
    new TextEncoder().encode(`AWS4${with_.secret}`),
  );
  const text = ['AWS4-HMAC-SHA256', with_.time, scope.join('/'), hashed].join('\n');
  return Buffer.from(keyed(key, text)).toString('hex');
};

const keyed = (key: Uint8Array, text: string): Uint8Array => new CryptoHasher('sha256', key).update(text).digest();

const percentEncoded = (segment: string): string =>
  [...new TextEncoder().encode(segment)]
    .map((code) => {
      const character = String.fromCharCode(code);
      return /[A-Za-z0-9._~-]/.test(character) ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

const refused = (kind: string, message: string, nowMs: number): Reply => ({
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': kind, date: new Date(nowMs).toUTCString() },
  body: JSON.stringify({ message }),
});
