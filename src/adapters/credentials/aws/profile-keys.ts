import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AwsSource } from '../../../core/catalog/cloud-credentials.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { numberAt, objectAt, parseJson, stringAt } from '../../../core/json/json.ts';
import { askServiceJson } from '../ask-service.ts';
import { readSecretFile } from '../read-secret-file.ts';
import type { Token } from '../token-keeper.ts';
import { type AwsKeys, fixedKeys } from './aws-keys.ts';
import { type IniSections, readIni } from './ini-file.ts';
import { assumeByWebIdentity, assumeRole, type TokenServicePlace } from './token-service.ts';

type Profile = Extract<AwsSource, { readonly kind: 'profile' }>;
type Settings = Readonly<Record<string, string>>;

/** Asks a source that a profile names by a word: `Ec2InstanceMetadata`, `EcsContainer`, `Environment`. */
export type AskNamed = (word: string) => Promise<Token<AwsKeys>>;

interface Files {
  readonly config: IniSections;
  readonly credentials: IniSections;
}

/** Profiles may lead to others, a few steps far. */
const mostSteps = 5;

/**
 * Keys of a profile of `~/.aws` (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html): its own, those of a role it takes on, or those of
 * a single sign-on whose token is still good. The files are read for each renewal.
 */
export const profileKeys = async (
  source: Profile,
  place: TokenServicePlace,
  askNamed: AskNamed,
): Promise<Token<AwsKeys>> => {
  const files = { config: await iniOf(source.configFile), credentials: await iniOf(source.credentialsFile) };
  return new ProfileReader(source, files, { place, askNamed }).keys(source.name, []);
};

/** Either of the two files may be absent. */
const iniOf = async (path: string): Promise<IniSections> => readIni(await readFile(path, 'utf8').catch(() => ''));

class ProfileReader {
  readonly #source: Profile;
  readonly #files: Files;
  readonly #place: TokenServicePlace;
  readonly #askNamed: AskNamed;

  constructor(source: Profile, files: Files, how: { readonly place: TokenServicePlace; readonly askNamed: AskNamed }) {
    this.#source = source;
    this.#files = files;
    this.#place = how.place;
    this.#askNamed = how.askNamed;
  }

  async keys(name: string, way: readonly string[]): Promise<Token<AwsKeys>> {
    const settings = this.#settings(name);
    if (settings === undefined)
      throw wrong(`There is no profile "${name}" in ${this.#source.configFile} or ${this.#source.credentialsFile}.`);
    const { role_arn: roleArn } = settings;
    // A profile may name itself as the source of its role: then its own keys are meant.
    if (roleArn !== undefined && way.at(-1) !== name) return this.#role(name, { ...settings, role_arn: roleArn }, way);
    const own = ownKeys(settings);
    if (own !== undefined) return fixedKeys(own);
    if (settings['sso_account_id'] !== undefined) return this.#signedOn(name, settings);
    if (settings['credential_process'] !== undefined)
      throw wrong(
        `The profile "${name}" gets its keys from a program (credential_process), which Sluice does not run.`,
      );
    throw wrong(`The profile "${name}" holds no keys, no role and no single sign-on.`);
  }

  #settings(name: string): Settings | undefined {
    const { config, credentials } = this.#files;
    const said = config.get(name === 'default' ? 'default' : `profile ${name}`) ?? config.get(`profile ${name}`);
    const kept = credentials.get(name);
    return said === undefined && kept === undefined ? undefined : { ...said, ...kept };
  }

  async #role(
    name: string,
    settings: Settings & { readonly role_arn: string },
    way: readonly string[],
  ): Promise<Token<AwsKeys>> {
    const sessionName = settings['role_session_name'] ?? 'sluice';
    const roleArn = settings.role_arn;
    const tokenFile = settings['web_identity_token_file'];
    if (tokenFile !== undefined) return assumeByWebIdentity({ roleArn, tokenFile, sessionName }, this.#place);
    const base = await this.#baseOf(name, settings, way);
    return assumeRole({ roleArn, sessionName, externalId: settings['external_id'] }, base.value, this.#place);
  }

  #baseOf(name: string, settings: Settings, way: readonly string[]): Promise<Token<AwsKeys>> {
    const { source_profile: next, credential_source: word } = settings;
    if (word !== undefined) return this.#askNamed(word);
    if (next === undefined)
      throw wrong(
        `The profile "${name}" takes on a role and names no source_profile, credential_source or web_identity_token_file.`,
      );
    if (way.includes(name) || way.length >= mostSteps) throw wrong(`The profile "${name}" leads back to itself.`);
    return this.keys(next, [...way, name]);
  }

  /** By the token that `aws sso login` has left behind. */
  async #signedOn(name: string, settings: Settings): Promise<Token<AwsKeys>> {
    const session = settings['sso_session'];
    const shared =
      session === undefined ? settings : { ...this.#files.config.get(`sso-session ${session}`), ...settings };
    const { sso_region: region, sso_start_url: start, sso_account_id: account, sso_role_name: role } = shared;
    if (region === undefined || start === undefined || account === undefined || role === undefined)
      throw wrong(
        `The single sign-on of the profile "${name}" lacks sso_start_url, sso_region, sso_account_id or sso_role_name.`,
      );
    const token = await this.#ssoToken(session ?? start);
    const origin = (this.#source.ssoEndpoint ?? `https://portal.sso.${region}.amazonaws.com`).replace(/\/+$/, '');
    const answer = await askServiceJson(
      {
        url: `${origin}/federation/credentials?${new URLSearchParams({ account_id: account, role_name: role }).toString()}`,
        headers: { 'x-amz-sso_bearer_token': token },
        secrets: [token],
        service: 'AWS single sign-on',
        advice: signInAgain,
      },
      this.#place.upstream,
    );
    const given = objectAt(answer, 'roleCredentials');
    const accessKeyId = stringAt(given, 'accessKeyId');
    const secretAccessKey = stringAt(given, 'secretAccessKey');
    const sessionToken = stringAt(given, 'sessionToken');
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw wrong('AWS single sign-on answered without access keys.');
    const endsMs = numberAt(given, 'expiration') ?? 0;
    return {
      value: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
      lifetimeMs: Math.max(endsMs - this.#place.nowMs(), 1),
    };
  }

  async #ssoToken(session: string): Promise<string> {
    const file = `${createHash('sha1').update(session).digest('hex')}.json`;
    const path = join(dirname(this.#source.configFile), 'sso', 'cache', file);
    const kept = parseJson(await readSecretFile(path, `Nobody is signed on (${signInAgain}): the file`));
    const token = stringAt(kept, 'accessToken');
    const ends = Date.parse(stringAt(kept, 'expiresAt') ?? '');
    if (token === undefined || ends <= this.#place.nowMs()) throw wrong(`The single sign-on has ended. ${signInAgain}`);
    return token;
  }
}

const signInAgain = 'Sign in again with `aws sso login`.';

const ownKeys = (settings: Settings): AwsKeys | undefined => {
  const {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    aws_session_token: sessionToken,
  } = settings;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
};

const wrong = (message: string): GatewayError => new GatewayError('upstream_auth', message);
