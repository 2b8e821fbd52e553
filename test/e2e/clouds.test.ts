import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import type { ProviderSetting } from '../../src/contract/settings.ts';
import { frameDecoder } from '../../src/core/stream/framing.ts';
import {
  type CloudOptions,
  SimulatedCloud,
  type Simulator,
  startSimulator,
  wrappedReply,
} from '../../src/simulators/index.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

/** A gateway and one provider behind the gate of a cloud. */
interface House {
  readonly gateway: GatewayUnderTest;
  readonly cloud: SimulatedCloud;
  readonly simulator: Simulator;
}

const open: House[] = [];
const stopAll = async (): Promise<void> => {
  for (const { gateway, simulator } of open.splice(0)) {
    await gateway.stop();
    simulator.stop();
  }
};
afterEach(stopAll);
afterAll(stopAll);

const start = async (
  options: CloudOptions,
  provider: (url: string) => Omit<ProviderSetting, 'enabled'>,
): Promise<House> => {
  const cloud = new SimulatedCloud(options);
  const simulator = startSimulator({ cloud });
  const gateway = await startGatewayUnderTest({ providers: [{ enabled: true, ...provider(simulator.url) }] });
  const house = { gateway, cloud, simulator };
  open.push(house);
  return house;
};

const chat = (model: string, text = 'Hello') => ({
  model,
  max_tokens: 100,
  messages: [{ role: 'user', content: text }],
});
const minutes = 60_000;

const messageFrames = [
  {
    data: '{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":1}}}',
  },
  { data: '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}' },
  { data: '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}' },
  { data: '{"type":"content_block_stop","index":0}' },
  {
    data: '{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}',
  },
] as const;

describe('AWS', () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret/access+key' };
  const aws = { ...keys, region: 'eu-west-1', service: 'bedrock' };

  const signed = (given: { readonly secret?: string; readonly region?: string; readonly token?: string } = {}) => {
    const { secret = keys.secretAccessKey, region = aws.region, token } = given;
    return (url: string): Omit<ProviderSetting, 'enabled'> => ({
      id: 'cloud',
      credentials: {
        access_key_id: keys.accessKeyId,
        secret_access_key: secret,
        ...(token === undefined ? {} : { session_token: token }),
      },
      variables: { region },
      entry: {
        title: 'A cloud',
        baseUrl: url,
        auth: { kind: 'aws', service: 'bedrock', env: [] },
        serves: {
          chat: [{ dialect: 'openai-chat', path: '/model/{model}/chat/completions?b=2&a=one%20two' }],
        },
      },
    });
  };

  test('a call is signed with its path, query and body, and the key is not sent', async () => {
    const { gateway, simulator } = await start({ aws }, signed());
    const answer = await gateway.post('/v1/chat/completions', chat('cloud/amazon.nova-lite-v1:0', 'Grüße'));
    expect(answer.status).toBe(200);
    expect(simulator.requests[0]?.path).toBe('/model/amazon.nova-lite-v1%3A0/chat/completions?b=2&a=one%20two');
    expect(JSON.stringify(simulator.requests[0]?.headers)).not.toContain(keys.secretAccessKey);
  });

  test('a resource name is one step of the path', async () => {
    const { gateway, simulator } = await start({ aws }, signed());
    const model = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.nova';
    expect((await gateway.post('/v1/chat/completions', chat(`cloud/${model}`))).status).toBe(200);
    expect(simulator.requests[0]?.path).toStartWith(`/model/${encodeURIComponent(model)}/chat`);
  });

  describe('Claude on Bedrock', () => {
    const bedrock = (url: string): Omit<ProviderSetting, 'enabled'> => ({
      id: 'bedrock',
      credentials: { access_key_id: keys.accessKeyId, secret_access_key: keys.secretAccessKey },
      variables: { region: aws.region },
      entry: { baseUrl: url },
    });
    const claude = 'bedrock/eu.anthropic.claude-sonnet-4-6-v1:0';

    test('model, stream and version stand where Amazon wants them, betas it knows in the body', async () => {
      const { gateway, simulator } = await start({ aws }, bedrock);
      const betas = { 'anthropic-beta': 'claude-code-20250219, interleaved-thinking-2025-05-14' };
      const whole = await gateway.post('/v1/messages', chat(claude), { headers: betas });
      expect(await whole.json()).toMatchObject({ type: 'message' });
      const [request] = simulator.requests;
      expect(request?.path).toBe('/model/eu.anthropic.claude-sonnet-4-6-v1%3A0/invoke');
      expect(JSON.parse(request?.body ?? '')).toEqual({
        max_tokens: 100,
        messages: [{ role: 'user', content: 'Hello' }],
        anthropic_version: 'bedrock-2023-05-31',
        anthropic_beta: ['interleaved-thinking-2025-05-14'],
      });
    });

    test('a wrapped stream is the stream that was in it, at every door', async () => {
      const { gateway, simulator } = await start({ aws }, bedrock);
      const native = await gateway.post('/v1/messages', { ...chat(claude), stream: true });
      const text = await native.text();
      expect(text).toStartWith('event: message_start\ndata: {"type":"message_start"');
      expect(text).toContain('event: message_stop\n');
      expect(simulator.requests[0]?.path).toEndWith('/invoke-with-response-stream');
      const foreign = await gateway.post('/v1/chat/completions', { ...chat(claude), stream: true });
      expect(await foreign.text()).toContain('[DONE]');
    });

    test('members of events that nobody knows pass untouched', async () => {
      const { gateway, simulator } = await start({ aws }, bedrock);
      const novelty = '{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":7}}';
      simulator.script({ reply: wrappedReply([...messageFrames, { data: novelty }]) });
      const answer = await gateway.post('/v1/messages', { ...chat(claude), stream: true });
      expect(await answer.text()).toEndWith(`event: message_stop\ndata: ${novelty}\n\n`);
    });

    test.each([
      [[], 'an error answer', 429],
      [messageFrames, 'an error inside the stream', 200],
    ] as const)('an exception after %j is %s', async (before, _, status) => {
      const { gateway, simulator } = await start({ aws }, bedrock);
      const exception = { event: 'throttlingException', data: '{"message":"Too many tokens, please wait."}' };
      simulator.script({ reply: wrappedReply([...before, exception]) });
      const answer = await gateway.post('/v1/messages', { ...chat(claude), stream: true });
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(text).toContain('rate_limit_error');
      expect(text).toContain('Too many tokens');
      expect(text).not.toContain('message_stop');
    });
  });

  test('temporary keys send their session token', async () => {
    const { gateway } = await start({ aws: { ...aws, sessionToken: 'session' } }, signed({ token: 'session' }));
    expect((await gateway.post('/v1/chat/completions', chat('cloud/m'))).status).toBe(200);
  });

  test.each([20 * minutes, -3 * 60 * minutes])(
    "a clock that differs by %d ms is corrected by AWS's own, once",
    async (aheadMs) => {
      const { gateway, cloud, simulator } = await start({ aws, aheadMs }, signed());
      for (let call = 0; call < 3; call += 1)
        expect((await gateway.post('/v1/chat/completions', chat('cloud/m'))).status).toBe(200);
      expect(simulator.requests).toHaveLength(3);
      expect(cloud.turnedAway).toBe(1);
    },
  );

  test.each([
    ['a wrong secret', { secret: 'another-secret-access-key' }, 'does not match'],
    ['another region', { region: 'us-east-1' }, 'Credential should be scoped'],
    ['a session token that is not known', { token: 'stale-session-token' }, 'security token'],
  ])('%s is the installation’s fault, told without secrets', async (_, given, told) => {
    const { gateway, cloud, simulator } = await start({ aws }, signed(given));
    const answer = await gateway.post('/v1/chat/completions', chat('cloud/m'));
    const text = await answer.text();
    expect(answer.status).toBe(502);
    expect(text).toContain(told);
    expect(cloud.turnedAway).toBe(1);
    for (const secret of ['another-secret-access-key', keys.secretAccessKey, 'stale-session-token'])
      expect(text).not.toContain(secret);
    expect(simulator.requests).toHaveLength(0);
  });
});

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const other = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

describe('Google', () => {
  const email = 'router@blue.iam.gserviceaccount.com';
  const google = { email, publicKey: pair.publicKey };
  const account = (url: string, change: Readonly<Record<string, unknown>> = {}): string =>
    JSON.stringify({
      type: 'service_account',
      project_id: 'blue',
      private_key_id: '1',
      private_key: pair.privateKey,
      client_email: email,
      token_uri: `${url}/token`,
      ...change,
    });
  const vertex =
    (change: Readonly<Record<string, unknown>> = {}) =>
    (url: string): Omit<ProviderSetting, 'enabled'> => ({
      id: 'vertex',
      credentials: { service_account_json: account(url, change) },
      variables: { project: 'blue', location: 'europe-west4' },
      entry: { baseUrl: url },
    });

  test('a service account gets one token, and calls go to project, location and publisher', async () => {
    const { gateway, cloud, simulator } = await start({ google }, vertex());
    for (const text of ['one', 'two'])
      expect((await gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash', text))).status).toBe(200);
    expect(cloud.tokenRequests).toBe(1);
    expect(simulator.requests[0]?.path).toBe(
      '/v1beta1/projects/blue/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(simulator.requests[0]?.headers['authorization']).toBe(`Bearer ${cloud.token}`);
  });

  test('calls that come together wait for the same token', async () => {
    const { gateway, cloud } = await start({ google }, vertex());
    const calls = Array.from({ length: 20 }, () =>
      gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash')),
    );
    expect((await Promise.all(calls)).map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(cloud.tokenRequests).toBe(1);
  });

  test('a token that nears its end is renewed beside the calls', async () => {
    // Less is left from the start than the time a call may need, so every call needs a new one.
    const { gateway, cloud } = await start({ google, tokenLifetimeSeconds: 5 }, vertex());
    for (let call = 1; call <= 3; call += 1) {
      expect((await gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'))).status).toBe(200);
      expect(cloud.tokenRequests).toBe(call);
    }
  });

  test('Anthropic’s models are asked in their own dialect, model and version where Vertex wants them', async () => {
    const { gateway, simulator } = await start({ google }, vertex());
    const whole = await gateway.post('/v1/messages', chat('vertex/claude-sonnet-4@20250514'));
    expect(whole.status).toBe(200);
    const stream = await gateway.post('/v1/chat/completions', { ...chat('vertex/claude-sonnet-4-6'), stream: true });
    expect(await stream.text()).toContain('[DONE]');
    const base = '/v1/projects/blue/locations/europe-west4/publishers/anthropic/models';
    expect(simulator.requests.map((request) => request.path)).toEqual([
      `${base}/claude-sonnet-4@20250514:rawPredict`,
      `${base}/claude-sonnet-4-6:streamRawPredict`,
    ]);
    expect(JSON.parse(simulator.requests[0]?.body ?? '')).toEqual({
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
      anthropic_version: 'vertex-2023-10-16',
    });
  });

  test('tokens of both kinds of models are counted', async () => {
    const { gateway, simulator } = await start({ google }, vertex());
    const { max_tokens: _, ...counted } = chat('vertex/claude-sonnet-4-6');
    const claude = await gateway.post('/v1/messages/count_tokens', counted);
    expect(await claude.json()).toMatchObject({ input_tokens: expect.any(Number) });
    const gemini = await gateway.post('/v1/messages/count_tokens', { ...counted, model: 'vertex/gemini-2.5-flash' });
    expect(await gemini.json()).toMatchObject({ input_tokens: expect.any(Number) });
    expect(JSON.parse(simulator.requests[1]?.body ?? '{}')).toMatchObject({ contents: [{ role: 'user' }] });
  });

  test('what gcloud leaves behind for a user is taken too', async () => {
    const googleUser = {
      clientId: 'gcloud',
      clientSecret: 'd-FL95Q19q7MQmFpd7hHD0Ty',
      refreshToken: '1//refresh-token',
    };
    const user = {
      type: 'authorized_user',
      client_id: googleUser.clientId,
      client_secret: googleUser.clientSecret,
      refresh_token: googleUser.refreshToken,
    };
    const good = await start({ googleUser }, vertex(user));
    expect((await good.gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'))).status).toBe(200);
    const bad = await start({ googleUser }, vertex({ ...user, refresh_token: '1//revoked-token' }));
    const answer = await bad.gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'));
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringMatching(/expired or revoked.*gcloud auth application-default login/) },
    });
  });

  test('a key whose line ends were escaped twice on the way is read all the same', async () => {
    const { gateway } = await start({ google }, vertex({ private_key: pair.privateKey.replaceAll('\n', '\\n') }));
    expect((await gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'))).status).toBe(200);
  });

  test('a clock that differs is corrected by Google’s own', async () => {
    const { gateway, cloud } = await start({ google, aheadMs: 3 * 60 * minutes }, vertex());
    expect((await gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'))).status).toBe(200);
    expect(cloud.tokenRequests).toBe(2);
  });

  const refusedFor = async (change: Readonly<Record<string, unknown>>, told: string): Promise<void> => {
    const { gateway, simulator } = await start({ google }, vertex(change));
    const answer = await gateway.post('/v1/chat/completions', chat('vertex/gemini-2.5-flash'));
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(answer.status).toBe(502);
    expect(error.message).toStartWith('Google Vertex AI cannot be called.');
    expect(error.message).toContain(told);
    expect(error.message).not.toContain('MII');
    // A grant opens the account for an hour, even when the token service repeats it.
    expect(error.message).not.toContain('eyJ');
    expect(simulator.requests).toHaveLength(0);
  };

  test.each([
    ['a key that was deleted', { private_key: other.privateKey }, 'Invalid JWT Signature'],
    ['an account that is gone', { client_email: 'gone@blue.iam.gserviceaccount.com' }, 'account not found'],
  ])('%s is the installation’s fault, told without the key', async (_, change, told) => {
    await refusedFor(change, told);
  });

  test.each([
    ['a key that is no key', { private_key: 'MIIEvQIBADANBgkq' }, 'not an RSA key in PEM form'],
    ['a file of another kind', { type: 'gdch_service_account' }, 'is of the type "gdch_service_account"'],
    ['a token address off the network', { token_uri: 'http://metadata.internal/token' }, 'is not an https address'],
  ])('%s is the installation’s fault; a program does not start with it, and says why', async (_, change, told) => {
    if (!testsProgram) return refusedFor(change, told);
    const why = await start({ google }, vertex(change)).catch(String);
    expect(why).toContain(told);
    expect(why).not.toContain('MII');
  });
});

describe('Azure', () => {
  const entra = { tenantId: 'tenant', clientId: 'client', clientSecret: 'the~client~secret' };
  const azure =
    (secret = entra.clientSecret) =>
    (url: string): Omit<ProviderSetting, 'enabled'> => ({
      id: 'azure',
      credentials: {
        tenant_id: entra.tenantId,
        client_id: entra.clientId,
        client_secret: secret,
        authority: url,
      },
      entry: { baseUrl: url },
    });

  test('a client secret gets a token', async () => {
    const { gateway, cloud, simulator } = await start({ entra }, azure());
    expect((await gateway.post('/v1/chat/completions', chat('azure/my-deployment'))).status).toBe(200);
    expect((await gateway.post('/v1/responses', { model: 'azure/my-deployment', input: 'Hello' })).status).toBe(200);
    expect(simulator.requests.map((request) => request.path)).toEqual([
      '/openai/v1/chat/completions',
      '/openai/v1/responses',
    ]);
    expect(cloud.tokenRequests).toBe(1);
  });

  test('a token that was revoked is replaced once it is refused', async () => {
    const { gateway, cloud } = await start({ entra, tokenLifetimeSeconds: 3600 }, azure());
    expect((await gateway.post('/v1/chat/completions', chat('azure/d'))).status).toBe(200);
    cloud.revokeAll();
    expect((await gateway.post('/v1/chat/completions', chat('azure/d'))).status).toBe(200);
    expect(cloud.tokenRequests).toBe(2);
    // Refusals that go on have another reason, and the token service is left alone.
    for (let call = 0; call < 3; call += 1) {
      cloud.revokeAll();
      expect((await gateway.post('/v1/chat/completions', chat('azure/d'))).status).toBe(502);
    }
    expect(cloud.tokenRequests).toBe(2);
  });

  test('a wrong secret is told without the secret, even when Entra repeats it', async () => {
    const { gateway } = await start({ entra }, azure('wrong~client~secret'));
    const answer = await gateway.post('/v1/messages', chat('azure/d'));
    const text = await answer.text();
    expect(answer.status).toBe(502);
    expect(text).toContain('AADSTS7000215');
    expect(text).not.toContain('wrong~client~secret');
    expect(text).toContain('Check tenant_id, client_id and client_secret');
  });

  test('a key goes to a deployment with its api version', async () => {
    const simulator = startSimulator({ key: 'azure-key' });
    const gateway = await startGatewayUnderTest({
      providers: [{ id: 'azure-deployments', enabled: true, apiKey: 'azure-key', entry: { baseUrl: simulator.url } }],
    });
    open.push({ gateway, simulator, cloud: new SimulatedCloud({}) });
    simulator.script({ scenario: { azure: true } });
    const stream = await gateway.post('/v1/chat/completions', { ...chat('azure-deployments/my model'), stream: true });
    const text = await stream.text();
    expect(text).toContain('prompt_filter_results');
    expect(text).toContain('[DONE]');
    const embedded = await gateway.post('/v1/embeddings', { model: 'azure-deployments/vectors', input: 'x' });
    expect(embedded.status).toBe(200);
    expect(simulator.requests.map((request) => request.path)).toEqual([
      '/openai/deployments/my%20model/chat/completions?api-version=2024-10-21',
      '/openai/deployments/vectors/embeddings?api-version=2024-10-21',
    ]);
    expect(simulator.requests[0]?.headers['api-key']).toBe('azure-key');
    expect(simulator.requests[0]?.headers['authorization']).toBeUndefined();
  });
});

test('a client of Anthropic’s models on Vertex finds its door here', async () => {
  const gateway = await startGatewayUnderTest();
  open.push({ gateway, simulator: gateway.simulator, cloud: new SimulatedCloud({}) });
  const base = '/v1/projects/p/locations/us-east5/publishers/anthropic/models';
  const { model: _, ...body } = { ...chat(''), anthropic_version: 'vertex-2023-10-16' };
  const whole = await gateway.post(`${base}/anthropic%2Fsimulated:rawPredict`, body);
  expect(await whole.json()).toMatchObject({ type: 'message', content: [{ type: 'text' }] });
  const stream = await gateway.post(`${base}/openai%2Fsimulated:streamRawPredict`, { ...body, stream: true });
  expect(await stream.text()).toContain('event: message_stop');
  const counted = { model: 'anthropic/simulated', messages: body.messages, anthropic_version: 'vertex-2023-10-16' };
  const count = await gateway.post(`${base}/count-tokens:rawPredict`, counted);
  expect(await count.json()).toMatchObject({ input_tokens: expect.any(Number) });
  expect(gateway.simulator.requests.map(({ body: sent }) => sent.includes('anthropic_version'))).toEqual([
    false,
    false,
    false,
  ]);
});

describe('a client of Anthropic’s models on Bedrock finds its door here', () => {
  const body = { anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['context-1m-2025-08-07'], max_tokens: 50 };
  const said = { ...body, messages: [{ role: 'user', content: 'Hello' }] };

  test('whole answers, and betas as the header they are elsewhere', async () => {
    const gateway = await startGatewayUnderTest();
    open.push({ gateway, simulator: gateway.simulator, cloud: new SimulatedCloud({}) });
    const answer = await gateway.post('/model/anthropic%2Fsimulated/invoke', said);
    expect(await answer.json()).toMatchObject({ type: 'message' });
    const [request] = gateway.simulator.requests;
    expect(JSON.parse(request?.body ?? '')).toEqual({ model: 'simulated', max_tokens: 50, messages: said.messages });
    expect(request?.headers['anthropic-beta']).toBe('context-1m-2025-08-07');
  });

  test.each(['anthropic', 'openai', 'gemini'])('streams come wrapped from %s', async (provider) => {
    const gateway = await startGatewayUnderTest();
    open.push({ gateway, simulator: gateway.simulator, cloud: new SimulatedCloud({}) });
    const path = `/model/${provider}%2Fsimulated/invoke-with-response-stream`;
    const answer = await gateway.post(path, { ...body, messages: said.messages });
    expect(answer.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const frames = frameDecoder('aws-chunks').push(new Uint8Array(await answer.arrayBuffer()));
    const types = frames.map(({ data }) => (JSON.parse(data) as { type: string }).type);
    expect(types[0]).toBe('message_start');
    expect(types.at(-1)).toBe('message_stop');
  });
});
