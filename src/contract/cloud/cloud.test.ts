import { describe, expect, test } from 'bun:test';
import type { ActiveProvider } from '../../core/catalog/active-provider.ts';
import type { ProviderEntry } from '../../core/catalog/provider.ts';
import { compileProviders } from '../compile-providers.ts';
import type { Environment } from '../expand-environment.ts';
import { parseConfig } from '../parse-config.ts';

const entries = [
  {
    id: 'some-aws',
    title: 'Some AWS',
    baseUrl: 'https://runtime.{region}.example.com',
    auth: { kind: 'aws', service: 'bedrock', env: ['SOME_BEARER'] },
    variables: { region: { about: 'an AWS region', env: ['AWS_REGION', 'AWS_DEFAULT_REGION'] } },
    serves: { chat: [{ dialect: 'openai-chat', path: '/model/{model}/{method}' }] },
    evidence: 'documented',
  },
  {
    id: 'some-google',
    title: 'Some Google',
    baseUrl: 'https://{location}-api.example.com/v1/projects/{project}/locations/{location}',
    baseUrlCases: [
      {
        variable: 'location',
        values: ['global'],
        baseUrl: 'https://api.example.com/v1/projects/{project}/locations/global',
      },
    ],
    auth: { kind: 'google', env: ['SOME_GOOGLE_KEY'] },
    variables: {
      project: { about: 'a Google Cloud project', env: ['GOOGLE_CLOUD_PROJECT'] },
      location: { about: 'a location', env: ['GOOGLE_CLOUD_LOCATION'], preset: 'global' },
    },
    serves: { chat: [{ dialect: 'gemini', path: '/models/{model}:{method}' }] },
    evidence: 'documented',
  },
  {
    id: 'some-azure',
    title: 'Some Azure',
    baseUrl: 'https://{resource}.example.com',
    baseUrlEnv: ['SOME_AZURE_ENDPOINT'],
    auth: { kind: 'azure', env: ['SOME_AZURE_KEY'] },
    variables: {
      resource: { about: 'a resource name', env: ['SOME_AZURE_RESOURCE'] },
      api_version: { about: 'an api version', env: [], preset: '2024-10-21' },
    },
    serves: { chat: [{ dialect: 'openai-chat', path: '/deployments/{model}/chat?api-version={api_version}' }] },
    evidence: 'documented',
  },
] as const satisfies readonly ProviderEntry[];

/** A provider by the settings in `text`, which go under its id. */
const compiled = (id: string, text: string, environment: Environment = {}): ActiveProvider => {
  // The schema knows ids of the real catalogue only, so the file is read without that check: these entries are changes to known ones.
  const parsed = parseConfig(`providers:\n  - {id: anthropic, ${text}}`, environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const config = { ...parsed.config, providers: parsed.config.providers?.map((setting) => ({ ...setting, id })) ?? [] };
  const provider = compileProviders(config, entries, environment).find(({ entry }) => entry.id === id);
  if (provider === undefined) throw new Error(`no ${id}`);
  return provider;
};

const fromEnvironment = (id: string, environment: Environment): ActiveProvider => {
  const parsed = parseConfig('server: {}', environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const provider = compileProviders(parsed.config, entries, environment).find(({ entry }) => entry.id === id);
  if (provider === undefined) throw new Error(`no ${id}`);
  return provider;
};

describe('AWS', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };

  test('keys and region from the environment make it ready, with the region in its address', () => {
    const provider = fromEnvironment('some-aws', { ...keys, AWS_DEFAULT_REGION: 'eu-west-1' });
    expect(provider).toMatchObject({
      ready: true,
      entry: { baseUrl: 'https://runtime.eu-west-1.example.com', auth: { kind: 'aws' } },
      credentials: { kind: 'aws', service: 'bedrock', region: 'eu-west-1', accessKeyId: 'AKID' },
      keySource: { kind: 'environment', variable: 'AWS_SECRET_ACCESS_KEY' },
    });
    expect(provider.entry.serves.chat).toEqual([{ dialect: 'openai-chat', path: '/model/{model}/{method}' }]);
  });

  test('without a region it is not ready, and the reason names variable and setting', () => {
    expect(fromEnvironment('some-aws', keys)).toMatchObject({
      ready: false,
      reason:
        'it needs an AWS region; set AWS_REGION or AWS_DEFAULT_REGION, or write `variables: {region: …}` under it in the config file.',
    });
  });

  test('half of the keys is told as such', () => {
    expect(fromEnvironment('some-aws', { AWS_ACCESS_KEY_ID: 'AKID', AWS_REGION: 'x' }).reason).toBe(
      'its credentials lack secret_access_key; set AWS_SECRET_ACCESS_KEY, or write `credentials: {secret_access_key: …}` under it in the config file.',
    );
  });

  test('a bearer key is sent as such and nothing is signed', () => {
    const provider = fromEnvironment('some-aws', { ...keys, SOME_BEARER: 'key', AWS_REGION: 'eu-west-1' });
    expect(provider).toMatchObject({ ready: true, apiKey: 'key', entry: { auth: { kind: 'bearer' } } });
    expect(provider.credentials).toBeUndefined();
  });

  test("a session token of the environment does not join the file's keys", () => {
    const keys = 'credentials: {access_key_id: A, secret_access_key: "${SECRET}"}';
    const provider = compiled('some-aws', `auth: {kind: aws}, variables: {region: eu-west-1}, ${keys}`, {
      AWS_SESSION_TOKEN: 'other',
      SECRET: 's',
    });
    expect(provider.credentials).toEqual({
      kind: 'aws',
      service: 'bedrock',
      region: 'eu-west-1',
      accessKeyId: 'A',
      secretAccessKey: 's',
    });
  });
});

describe('AWS without keys of its own', () => {
  const AWS_REGION = 'eu-west-1';
  const sourceOf = (environment: Environment) => {
    const { credentials } = fromEnvironment('some-aws', { AWS_REGION, ...environment });
    return credentials?.kind === 'aws-source' ? credentials.source : credentials?.kind;
  };
  const web = { AWS_ROLE_ARN: 'arn:r', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' };
  const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' };

  test('takes a profile, a web identity or a container, in this order, and its own keys before all', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 's' };
    expect(sourceOf({ ...keys, AWS_PROFILE: 'p', ...web, ...container })).toBe('aws');
    expect(sourceOf({ AWS_PROFILE: 'p', ...web, ...container, HOME: '/home/x' })).toMatchObject({
      kind: 'profile',
      name: 'p',
      configFile: '/home/x/.aws/config',
      credentialsFile: '/home/x/.aws/credentials',
    });
    expect(sourceOf({ ...web, ...container })).toEqual({
      kind: 'web-identity',
      roleArn: 'arn:r',
      tokenFile: '/token',
      sessionName: 'sluice',
    });
    expect(sourceOf(container)).toEqual({ kind: 'container', url: 'http://169.254.170.2/v2/credentials/1' });
  });

  test('asks the machine only when the file says so', () => {
    const setting = 'auth: {kind: aws}, variables: {region: eu-west-1}, credentials: {source: instance}';
    expect(compiled('some-aws', setting).credentials).toMatchObject({
      kind: 'aws-source',
      source: { kind: 'instance', endpoint: 'http://169.254.169.254' },
    });
    expect(fromEnvironment('some-aws', { AWS_REGION }).ready).toBe(false);
  });

  test.each([
    ['{source: somewhere}', 'its credentials have a source that is none of AWS’s; write `container` or `instance`.'],
    ['{source: container}', 'its keys are to come from a container service that is not here'],
    ['{role_arn: "arn:r"}', 'its credentials lack web_identity_token_file'],
  ])('%s is told', (credentials, reason) => {
    const setting = `auth: {kind: aws}, variables: {region: eu-west-1}, credentials: ${credentials}`;
    const { ready, reason: told } = compiled('some-aws', setting);
    expect({ ready, told: told?.startsWith(reason) }).toEqual({ ready: false, told: true });
  });

  test('does not send a token over the network in the open', () => {
    const environment = { AWS_REGION, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://10.0.0.1/keys' };
    expect(fromEnvironment('some-aws', environment).reason).toContain('neither https nor an address of this machine');
  });
});

describe('identities of machines', () => {
  test('Google’s metadata server is asked when the file or GCE_METADATA_HOST says so', () => {
    const project = { GOOGLE_CLOUD_PROJECT: 'blue' };
    expect(fromEnvironment('some-google', { ...project, GCE_METADATA_HOST: '127.0.0.1:80' }).credentials).toEqual({
      kind: 'google',
      source: { kind: 'metadata', host: '127.0.0.1:80' },
    });
    const named = 'auth: {kind: google}, credentials: {source: metadata}';
    expect(compiled('some-google', named, project).credentials).toEqual({
      kind: 'google',
      source: { kind: 'metadata', host: 'metadata.google.internal' },
    });
    expect(fromEnvironment('some-google', project).ready).toBe(false);
  });

  test('Azure’s workload identity and managed identity need no secret', () => {
    const SOME_AZURE_RESOURCE = 'blue';
    const workload = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_FEDERATED_TOKEN_FILE: '/token' };
    expect(fromEnvironment('some-azure', { ...workload, SOME_AZURE_RESOURCE }).credentials).toMatchObject({
      kind: 'azure-federated',
      tenantId: 't',
      clientId: 'c',
      tokenFile: '/token',
      authority: 'https://login.microsoftonline.com',
    });
    const app = { IDENTITY_ENDPOINT: 'http://localhost:42356/msi/token', IDENTITY_HEADER: 'h', SOME_AZURE_RESOURCE };
    expect(fromEnvironment('some-azure', app).credentials).toMatchObject({
      kind: 'azure-identity',
      endpoint: 'http://localhost:42356/msi/token',
      header: 'h',
    });
    const named = 'auth: {kind: azure}, credentials: {source: managed-identity, client_id: c}';
    expect(compiled('some-azure', named, { SOME_AZURE_RESOURCE }).credentials).toMatchObject({
      kind: 'azure-identity',
      endpoint: 'http://169.254.169.254/metadata/identity/oauth2/token',
      clientId: 'c',
    });
  });
});

describe('Google', () => {
  test('a credentials file and a project make it ready at the global address', () => {
    expect(
      fromEnvironment('some-google', { GOOGLE_APPLICATION_CREDENTIALS: '/key.json', GOOGLE_CLOUD_PROJECT: 'blue' }),
    ).toMatchObject({
      ready: true,
      entry: { baseUrl: 'https://api.example.com/v1/projects/blue/locations/global' },
      credentials: { kind: 'google', source: { kind: 'file', path: '/key.json' } },
    });
  });

  test('a location has an address of its own', () => {
    const environment = { SOME_GOOGLE_KEY: 'k', GOOGLE_CLOUD_PROJECT: 'blue', GOOGLE_CLOUD_LOCATION: 'europe-west4' };
    expect(fromEnvironment('some-google', environment).entry.baseUrl).toBe(
      'https://europe-west4-api.example.com/v1/projects/blue/locations/europe-west4',
    );
  });

  test('a ready token is sent as one', () => {
    const environment = { GOOGLE_ACCESS_TOKEN: 'ya29', GOOGLE_CLOUD_PROJECT: 'blue' };
    expect(fromEnvironment('some-google', environment)).toMatchObject({
      apiKey: 'ya29',
      entry: { auth: { kind: 'bearer' } },
    });
  });

  test.each(['evil.com#', 'evil.com/', 'user@evil.com', 'a b', '{project}', '-x'])(
    'the location "%s" leads nowhere',
    (location) => {
      const environment = { SOME_GOOGLE_KEY: 'k', GOOGLE_CLOUD_PROJECT: 'blue', GOOGLE_CLOUD_LOCATION: location };
      const { ready, reason } = fromEnvironment('some-google', environment);
      expect({ ready, reason }).toEqual({
        ready: false,
        reason:
          'its location may hold only letters, digits, ".", "_" and "-"; correct GOOGLE_CLOUD_LOCATION or `variables: {location: …}`.',
      });
    },
  );
});

describe('Azure', () => {
  test('a key goes into api-key, and the api version into the path', () => {
    expect(fromEnvironment('some-azure', { SOME_AZURE_KEY: 'k', SOME_AZURE_RESOURCE: 'blue' })).toMatchObject({
      ready: true,
      entry: {
        baseUrl: 'https://blue.example.com',
        auth: { kind: 'header', name: 'api-key' },
        serves: { chat: [{ path: '/deployments/{model}/chat?api-version=2024-10-21' }] },
      },
    });
  });

  test('an address that is given needs no resource', () => {
    const environment = { SOME_AZURE_KEY: 'k', SOME_AZURE_ENDPOINT: 'https://own.example.com/' };
    expect(fromEnvironment('some-azure', environment)).toMatchObject({
      ready: true,
      entry: { baseUrl: 'https://own.example.com' },
    });
  });

  test('a client secret asks for tokens, with the usual scope and authority', () => {
    const environment = {
      AZURE_TENANT_ID: 't',
      AZURE_CLIENT_ID: 'c',
      AZURE_CLIENT_SECRET: 's',
      SOME_AZURE_RESOURCE: 'blue',
    };
    expect(fromEnvironment('some-azure', environment).credentials).toEqual({
      kind: 'azure',
      tenantId: 't',
      clientId: 'c',
      clientSecret: 's',
      scope: 'https://cognitiveservices.azure.com/.default',
      authority: 'https://login.microsoftonline.com',
    });
  });

  test.each(['http://login.example.com', 'login.example.com', 'https://user@evil.com', 'https://a.b/c?d'])(
    'a secret is not sent to %s',
    (authority) => {
      const environment = {
        AZURE_TENANT_ID: 't',
        AZURE_CLIENT_ID: 'c',
        AZURE_CLIENT_SECRET: 's',
        AZURE_AUTHORITY_HOST: authority,
        SOME_AZURE_RESOURCE: 'blue',
      };
      const provider = fromEnvironment('some-azure', environment);
      expect(provider.ready).toBe(false);
      expect(provider.reason).toStartWith('its authority must be an https address');
    },
  );

  test('without anything the reason names all ways', () => {
    expect(fromEnvironment('some-azure', { SOME_AZURE_RESOURCE: 'blue' }).reason).toBe(
      'it has no credentials; set SOME_AZURE_KEY, or AZURE_TENANT_ID and AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or write api_key or credentials (tenant_id, client_id, client_secret) under it in the config file.',
    );
  });
});

describe('what does not fit is told with its line', () => {
  const problems = (text: string) => {
    const parsed = parseConfig(text, {});
    return 'problems' in parsed
      ? parsed.problems.map(({ path, line, message, fix }) => ({ path, line, message, fix }))
      : [];
  };

  test('a variable the provider does not have', () => {
    expect(problems('providers:\n  - id: openai\n    api_key: x\n    variables:\n      region: eu')).toEqual([
      {
        path: 'providers[0].variables.region',
        line: 5,
        message: 'is not a variable of "openai"',
        fix: 'remove it; its address has no variables',
      },
    ]);
  });

  test('a variable that would lead elsewhere', () => {
    const [problem] = problems(
      'providers:\n  - id: own\n    base_url: https://{place}.example.com\n    variables: {place: "evil.com#"}',
    );
    expect(problem).toMatchObject({ path: 'providers[0].variables.place', line: 4 });
    expect(problem?.message).toStartWith('must be letters, digits');
  });

  test('a variable without a value', () => {
    expect(problems('providers:\n  - id: own\n    base_url: https://{place}.example.com')).toEqual([
      {
        path: 'providers[0].base_url',
        line: 3,
        message: 'holds {place}, which has no value',
        fix: 'add `variables: {place: …}` to "own"',
      },
    ]);
  });

  test('credentials of another cloud', () => {
    expect(
      problems(
        'providers:\n  - id: own\n    base_url: https://a.b\n    auth: {kind: azure}\n    credentials:\n      access_key_id: x',
      ),
    ).toEqual([
      {
        path: 'providers[0].credentials.access_key_id',
        line: 6,
        message: 'does not fit the auth of "own", which is azure',
        fix: 'known: access_token, tenant_id, client_id, client_secret, federated_token_file, source, scope, authority',
      },
    ]);
  });

  test('an auth kind that does not exist', () => {
    const [problem] = problems('providers:\n  - id: own\n    base_url: https://a.b\n    auth: {kind: kerberos}');
    expect(problem).toMatchObject({ path: 'providers[0].auth.kind', line: 4 });
    expect(problem?.message).toContain('"aws", "google", "azure"');
  });
});

test('a provider of the file’s own finds its region in the usual variables', () => {
  const text =
    'providers: [{id: own, base_url: "https://x.{region}.example.com", auth: {kind: aws}, credentials: {access_key_id: A, secret_access_key: s}}]';
  const environment = { AWS_REGION: 'eu-west-1' };
  const parsed = parseConfig(text, environment);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const [own] = compileProviders(parsed.config, [], environment);
  expect(own).toMatchObject({ ready: true, entry: { baseUrl: 'https://x.eu-west-1.example.com/v1' } });
  expect(own?.credentials).toMatchObject({ kind: 'aws', service: 'bedrock', region: 'eu-west-1' });
});
