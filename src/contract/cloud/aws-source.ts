import {
  type AwsContainer,
  type AwsSource,
  type CredentialValues,
  instanceEndpoint,
} from '../../core/catalog/cloud-credentials.ts';
import type { Environment } from '../expand-environment.ts';

export interface AwsSourceSearch {
  /** As the config file or the environment says; the file's own words alone in `given`. */
  readonly values: CredentialValues;
  readonly given: CredentialValues | undefined;
  readonly environment: Environment;
}

/** A source of keys, or why what was asked for is none. Undefined when nobody named one. */
export type FoundSource = { readonly source: AwsSource } | { readonly problem: string } | undefined;

/**
 * Where keys come from when there are no fixed ones. The config file's word comes first; of the environment, a profile, a web identity and a
 * container are taken in this order, as AWS's own tools do. A machine's metadata service is asked only when the file says so.
 */
export const awsSource = ({ values, given, environment }: AwsSourceSearch): FoundSource => {
  const named = given?.['source'];
  if (named === 'instance') return { source: { kind: 'instance', endpoint: instanceOf(environment) } };
  if (named === 'container') return containerOrProblem(environment);
  if (named !== undefined)
    return { problem: 'its credentials have a source that is none of AWS’s; write `container` or `instance`.' };
  const ownRole = given?.['role_arn'] !== undefined || given?.['web_identity_token_file'] !== undefined;
  if (given?.['profile'] !== undefined || (!ownRole && values['profile'] !== undefined))
    return { source: profileOf(values['profile'] ?? '', environment) };
  const { role_arn: roleArn, web_identity_token_file: tokenFile } = values;
  if (roleArn !== undefined && tokenFile !== undefined) {
    const sessionName = set(environment['AWS_ROLE_SESSION_NAME']) ?? 'sluice';
    return { source: { kind: 'web-identity', roleArn, tokenFile, sessionName } };
  }
  if (ownRole && roleArn !== undefined) {
    const role = roleWithKeys(roleArn, values, environment);
    if (role !== undefined) return { source: role };
  }
  if (ownRole) {
    const absent = roleArn === undefined ? 'role_arn' : 'web_identity_token_file';
    return {
      problem: `its credentials lack ${absent}; a role is taken on with role_arn and web_identity_token_file, or with role_arn and keys.`,
    };
  }
  return containerOf(environment);
};

const roleWithKeys = (roleArn: string, values: CredentialValues, environment: Environment): AwsSource | undefined => {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = values;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const { external_id: externalId } = values;
  return {
    kind: 'role',
    roleArn,
    sessionName: set(environment['AWS_ROLE_SESSION_NAME']) ?? 'sluice',
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(externalId === undefined ? {} : { externalId }),
  };
};

const set = (value: string | undefined): string | undefined => {
  const text = value?.trim() ?? '';
  return text === '' ? undefined : text;
};

const instanceOf = (environment: Environment): string =>
  (set(environment['AWS_EC2_METADATA_SERVICE_ENDPOINT']) ?? instanceEndpoint).replace(/\/+$/, '');

const profileOf = (name: string, environment: Environment): AwsSource => {
  const home = `${set(environment['HOME']) ?? set(environment['USERPROFILE']) ?? ''}/.aws`;
  const found = containerOf(environment);
  const container = found !== undefined && 'source' in found ? found.source : undefined;
  const ssoEndpoint = set(environment['AWS_ENDPOINT_URL_SSO']);
  return {
    kind: 'profile',
    name,
    configFile: set(environment['AWS_CONFIG_FILE']) ?? `${home}/config`,
    credentialsFile: set(environment['AWS_SHARED_CREDENTIALS_FILE']) ?? `${home}/credentials`,
    instanceEndpoint: instanceOf(environment),
    ...(ssoEndpoint === undefined ? {} : { ssoEndpoint }),
    ...(container?.kind === 'container' ? { container } : {}),
  };
};

const containerOrProblem = (environment: Environment): FoundSource =>
  containerOf(environment) ?? {
    problem:
      'its keys are to come from a container service that is not here; AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI is not set.',
  };

/** A token is not sent over a network that others read: the agent is on this machine or at the addresses AWS gives it. */
const safeAgent =
  /^(?:https:\/\/|http:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])[:/])/i;

const containerOf = (environment: Environment): FoundSource => {
  const relative = set(environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']);
  const url =
    relative === undefined ? set(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']) : `http://169.254.170.2${relative}`;
  if (url === undefined) return undefined;
  if (!safeAgent.test(url))
    return { problem: 'its AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine.' };
  const token = set(environment['AWS_CONTAINER_AUTHORIZATION_TOKEN']);
  const tokenFile = set(environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']);
  const source: AwsContainer = {
    kind: 'container',
    url,
    ...(token === undefined ? {} : { token }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
  };
  return { source };
};
