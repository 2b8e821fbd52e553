import type { Upstream } from '../../../ports/upstream.ts';
import { askService, type Finish } from '../ask-service.ts';
import { readSecretFile } from '../read-secret-file.ts';
import type { Token } from '../token-keeper.ts';
import { type AwsKeys, keysInStsAnswer } from './aws-keys.ts';
import { signCall } from './sigv4.ts';

/** Where roles are taken on (https://docs.aws.amazon.com/STS/latest/APIReference). */
export interface TokenServicePlace {
  readonly region: string;
  /** In place of the region's own. */
  readonly endpoint?: string | undefined;
  readonly upstream: Upstream;
  /** The time AWS has. */
  nowMs(): number;
}

const version = '2011-06-15';

const addressOf = ({ region, endpoint }: TokenServicePlace): string =>
  (endpoint ?? `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`).replace(/\/*$/, '/');

const ask = async (
  form: Readonly<Record<string, string>>,
  place: TokenServicePlace,
  how: { readonly secrets: readonly string[]; readonly advice: string; readonly finish?: Finish },
): Promise<Token<AwsKeys>> => {
  const question = {
    url: addressOf(place),
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...form, Version: version }).toString(),
    service: 'The AWS token service',
    ...how,
  };
  return keysInStsAnswer(await askService(question, place.upstream, how.finish), place.nowMs());
};

/** Takes a role on by a token that another identity provider wrote into a file, as Kubernetes does. */
export const assumeByWebIdentity = async (
  role: { readonly roleArn: string; readonly tokenFile: string; readonly sessionName: string },
  place: TokenServicePlace,
): Promise<Token<AwsKeys>> => {
  const token = (await readSecretFile(role.tokenFile, 'The web identity token file')).trim();
  return ask(
    {
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName,
      WebIdentityToken: token,
    },
    place,
    { secrets: [token], advice: 'Check role_arn, and whether the role trusts the issuer of the token file.' },
  );
};

/** Takes a role on with other keys. */
export const assumeRole = (
  role: { readonly roleArn: string; readonly sessionName: string; readonly externalId?: string | undefined },
  keys: AwsKeys,
  place: TokenServicePlace,
): Promise<Token<AwsKeys>> =>
  ask(
    {
      Action: 'AssumeRole',
      RoleArn: role.roleArn,
      RoleSessionName: role.sessionName,
      ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    },
    place,
    {
      secrets: [keys.secretAccessKey, ...(keys.sessionToken === undefined ? [] : [keys.sessionToken])],
      advice: 'Check role_arn, and whether the role trusts the keys it is asked for with.',
      finish: (call) => signCall(call, { ...keys, region: place.region, service: 'sts' }, place.nowMs()),
    },
  );
