import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedCloud, type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-sluice-test-key';
const keys = {
  accessKeyId: 'ASIATEMPORARY',
  secretAccessKey: 'a-temporary/secret+key',
  sessionToken: 'session-token-0123456789',
};
const baseKeys = { accessKeyId: 'AKIDBASE', secretAccessKey: 'base-secret' };
const region = 'eu-west-1';
const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();

/** Everything that hands out keys or tokens, on one address; and what it was asked. */
const asked: { readonly path: string; readonly method: string; readonly headers: Headers; readonly body: string }[] =
  [];
const metadataKeys = () =>
  Response.json({
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    Token: keys.sessionToken,
    Expiration: soon(),
  });
const stsXml = (action: string): Response =>
  new Response(
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${keys.accessKeyId}</AccessKeyId><SecretAccessKey>${keys.secretAccessKey}</SecretAccessKey><SessionToken>${keys.sessionToken}</SessionToken><Expiration>${soon()}</Expiration></Credentials></${action}Result></${action}Response>`,
    { headers: { 'content-type': 'text/xml' } },
  );
const denied = (message: string): Response =>
  new Response(`<ErrorResponse><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`, {
    status: 403,
  });

const answers: Readonly<Record<string, (request: Request, body: URLSearchParams, text: string) => Response>> = {
  '/latest/api/token': ({ method, headers }) =>
    method === 'PUT' && headers.has('x-aws-ec2-metadata-token-ttl-seconds')
      ? new Response('imds-session')
      : new Response('', { status: 405 }),
  '/latest/meta-data/iam/security-credentials/': ({ headers }) =>
    headers.get('x-aws-ec2-metadata-token') === 'imds-session'
      ? new Response('the-role\n')
      : new Response('', { status: 401 }),
  '/latest/meta-data/iam/security-credentials/the-role': metadataKeys,
  '/container': ({ headers }) =>
    headers.get('authorization') === 'agent-token' ? metadataKeys() : new Response('', { status: 401 }),
  '/sts/': ({ headers }, form) => {
    if (form.get('Action') === 'AssumeRoleWithWebIdentity') {
      const known =
        form.get('WebIdentityToken') === 'kubernetes-token' && form.get('RoleArn') === 'arn:aws:iam::1:role/web';
      return known ? stsXml('AssumeRoleWithWebIdentity') : denied(`Not with ${form.get('WebIdentityToken')}`);
    }
    const signed = headers.get('authorization')?.includes(`Credential=${baseKeys.accessKeyId}/`) === true;
    const scope = headers.get('authorization')?.includes(`/${region}/sts/aws4_request`) === true;
    return signed && scope && form.get('ExternalId') === 'outside' ? stsXml('AssumeRole') : denied('No');
  },
  '/federation/credentials': ({ headers, url }) =>
    headers.get('x-amz-sso_bearer_token') === 'sso-token' && new URL(url).searchParams.get('role_name') === 'Reader'
      ? Response.json({ roleCredentials: { ...keys, expiration: Date.now() + 3_600_000 } })
      : Response.json({ message: 'UnauthorizedException' }, { status: 401 }),
  '/computeMetadata/v1/instance/service-accounts/default/token': ({ headers }) =>
    headers.get('metadata-flavor') === 'Google'
      ? Response.json({ access_token: 'ya29.metadata-token-0123456789', expires_in: 3599, token_type: 'Bearer' })
      : new Response('', { status: 403 }),
  '/google-sts': (_request, form) =>
    form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:token-exchange' &&
    form.get('subject_token') === 'subject-token-of-a-pod' &&
    form.get('audience') === '//iam.googleapis.com/pool'
      ? Response.json({ access_token: 'federated-token', expires_in: 3600, token_type: 'Bearer' })
      : Response.json(
          { error: 'invalid_grant', error_description: `No: ${form.get('subject_token')}` },
          { status: 400 },
        ),
  '/impersonate': ({ headers }) =>
    headers.get('authorization') === 'Bearer federated-token'
      ? Response.json({ accessToken: 'ya29.impersonated-token-0123456789', expireTime: soon() })
      : Response.json({ error: { code: 403 } }, { status: 403 }),
  '/tenant/oauth2/v2.0/token': (_request, form) =>
    form.get('client_assertion') === 'kubernetes-token' && form.get('client_id') === 'client'
      ? Response.json({ access_token: 'entra-federated-token-0123456789', expires_in: 3600 })
      : Response.json({ error: 'invalid_client' }, { status: 401 }),
  '/identity': ({ headers, url }) => {
    const { searchParams } = new URL(url);
    const right =
      headers.get('x-identity-header') === 'identity-header-secret' && searchParams.get('api-version') === '2019-08-01';
    return right && searchParams.get('resource') === 'https://cognitiveservices.azure.com'
      ? Response.json({
          access_token: 'managed-identity-token-0123456789',
          expires_on: String(Math.floor(Date.now() / 1000) + 3600),
        })
      : Response.json({ error: 'no' }, { status: 400 });
  },
};

const services = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    const text = await request.text();
    const path = new URL(request.url).pathname;
    asked.push({ path, method: request.method, headers: request.headers, body: text });
    return answers[path]?.(request, new URLSearchParams(text), text) ?? new Response('not here', { status: 404 });
  },
});
const origin = `http://127.0.0.1:${services.port}`;

/** A provider that answers any bearer and tells which one it saw. */
const bearers: string[] = [];
const provider = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch(request) {
    bearers.push(request.headers.get('authorization') ?? '');
    return Response.json({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    });
  },
});

const folder = mkdtempSync(join(tmpdir(), 'sluice-sources-'));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};

let aws: Simulator;
let program: StartedProgram;

beforeAll(async () => {
  aws = startSimulator({ cloud: new SimulatedCloud({ aws: { ...keys, region, service: 'bedrock' } }) });
  const config = write(
    'aws/config',
    [
      '[default]',
      'region = eu-west-1',
      '[profile role]',
      'role_arn = arn:aws:iam::1:role/other',
      'source_profile = base',
      'external_id = outside',
      '[profile signed-on]',
      'sso_session = corporate',
      'sso_account_id = 1',
      'sso_role_name = Reader',
      '[profile wrong-role]',
      'sso_session = corporate',
      'sso_account_id = 1',
      'sso_role_name = Nobody',
      '[sso-session corporate]',
      'sso_start_url = https://corporate.awsapps.com/start',
      'sso_region = eu-west-1',
      '[profile machine]',
      'role_arn = arn:aws:iam::1:role/web',
      `web_identity_token_file = ${write('pod-token', 'kubernetes-token\n')}`,
      '[profile program]',
      'credential_process = /bin/keys',
      '[profile circle]',
      'role_arn = arn:aws:iam::1:role/other',
      'source_profile = other-circle',
      '[profile other-circle]',
      'role_arn = arn:aws:iam::1:role/other',
      'source_profile = circle',
    ].join('\n'),
  );
  const credentials = write(
    'aws/credentials',
    [
      '[base] # what roles are taken on with',
      `aws_access_key_id = ${baseKeys.accessKeyId}`,
      `aws_secret_access_key = ${baseKeys.secretAccessKey}`,
      '[plain]',
      `aws_access_key_id=${keys.accessKeyId}`,
      `aws_secret_access_key=${keys.secretAccessKey}`,
      `aws_session_token=${keys.sessionToken}`,
    ].join('\r\n'),
  );
  write(
    `aws/sso/cache/${createHash('sha1').update('corporate').digest('hex')}.json`,
    JSON.stringify({ accessToken: 'sso-token', expiresAt: soon() }),
  );
  const external = write(
    'external.json',
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/pool',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${origin}/google-sts`,
      credential_source: {
        file: write('subject.json', JSON.stringify({ id_token: 'subject-token-of-a-pod' })),
        format: { type: 'json', subject_token_field_name: 'id_token' },
      },
      service_account_impersonation_url: `${origin}/impersonate`,
    }),
  );
  const chat = { chat: [{ dialect: 'openai-chat', path: '/chat/completions' }] };
  const amazon = (id: string, given: object) => ({
    id,
    base_url: aws.url,
    auth: { kind: 'aws', service: 'bedrock' },
    variables: { region },
    serves: chat,
    credentials: given,
  });
  const bearer = (id: string, kind: string, given: object) => ({
    id,
    base_url: `http://127.0.0.1:${provider.port}`,
    auth: { kind },
    serves: chat,
    credentials: given,
  });
  const webToken = write('web-token', 'kubernetes-token\n');
  program = await startProgram({
    masterKey,
    config: JSON.stringify({
      money: { unknown_price: 'free' },
      providers: [
        ...['plain', 'role', 'signed-on', 'wrong-role', 'machine', 'program', 'circle', 'nobody'].map((profile) =>
          amazon(profile, { profile }),
        ),
        amazon('web', { role_arn: 'arn:aws:iam::1:role/web', web_identity_token_file: webToken }),
        amazon('unknown-role', { role_arn: 'arn:aws:iam::1:role/none', web_identity_token_file: webToken }),
        amazon('with-keys', {
          role_arn: 'arn:aws:iam::1:role/other',
          external_id: 'outside',
          access_key_id: baseKeys.accessKeyId,
          secret_access_key: baseKeys.secretAccessKey,
        }),
        amazon('instance', { source: 'instance' }),
        amazon('container', { source: 'container' }),
        bearer('metadata', 'google', { source: 'metadata' }),
        bearer('federation', 'google', { service_account_file: external }),
        bearer('workload', 'azure', {
          tenant_id: 'tenant',
          client_id: 'client',
          federated_token_file: webToken,
          authority: origin,
        }),
        bearer('managed', 'azure', { source: 'managed-identity' }),
      ],
    }),
    environment: {
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_ENDPOINT_URL_STS: `${origin}/sts`,
      AWS_ENDPOINT_URL_SSO: origin,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: origin,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/container`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'agent-token',
      GCE_METADATA_HOST: `127.0.0.1:${services.port}`,
      IDENTITY_ENDPOINT: `${origin}/identity`,
      IDENTITY_HEADER: 'identity-header-secret',
    },
  });
});

afterAll(async () => {
  await program.stop();
  aws.stop();
  await services.stop(true);
  await provider.stop(true);
  rmSync(folder, { recursive: true });
});

const ask = async (id: string) => {
  const response = await fetch(`${program.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: `${id}/simulated`, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  return { status: response.status, text: await response.text() };
};

describe('keys for AWS', () => {
  test.each(['plain', 'role', 'signed-on', 'machine', 'web', 'with-keys', 'instance', 'container'])(
    'come from %s, and are asked for once',
    async (id) => {
      expect(await ask(id)).toMatchObject({ status: 200 });
      const before = asked.length;
      expect(await ask(id)).toMatchObject({ status: 200 });
      expect(asked.length).toBe(before);
    },
  );

  test.each([
    ['wrong-role', 'AWS single sign-on refused to give credentials (status 401)'],
    ['program', 'credential_process'],
    ['circle', 'leads back to itself'],
    ['nobody', 'There is no profile'],
    ['unknown-role', 'The AWS token service refused to give credentials (status 403): AccessDenied Not with ***.'],
  ])('that cannot be had from %s are told as ours, without a secret', async (id, words) => {
    const { status, text } = await ask(id);
    expect(status).toBe(502);
    expect(text).toContain(words);
    expect(text).not.toContain('kubernetes-token');
  });
});

describe('tokens', () => {
  test.each([
    ['metadata', 'ya29.metadata-token-0123456789'],
    ['federation', 'ya29.impersonated-token-0123456789'],
    ['workload', 'entra-federated-token-0123456789'],
    ['managed', 'managed-identity-token-0123456789'],
  ])('come from %s', async (id, token) => {
    expect(await ask(id)).toMatchObject({ status: 200 });
    expect(bearers.at(-1)).toBe(`Bearer ${token}`);
    const before = asked.length;
    expect(await ask(id)).toMatchObject({ status: 200 });
    expect(asked.length).toBe(before);
  });
});
