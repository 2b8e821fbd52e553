import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from '../e2e/gateway-under-test.ts';
import { install } from '../support/install-client.ts';

// Python's clients are fetched into a folder of their own, so this belongs to the nightly gate.
const wanted = process.env['SLUICE_CLIENT_SESSIONS'] === '1';

const upstreams = ['openai', 'anthropic', 'gemini', 'chat-only', 'ollama'] as const;

let sluice: GatewayUnderTest | undefined;
const folder = mkdtempSync(join(tmpdir(), 'sluice-python-'));
beforeAll(async () => {
  // Keys, models and credentials are kept: what is set up is part of what clients do.
  if (wanted) sluice = await startGatewayUnderTest({ dataDirectory: folder });
});
afterAll(async () => {
  await sluice?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a client's script tells of a conversation with a model. */
const run = async (python: string, client: string, upstream: string): Promise<unknown> => {
  const script = join(import.meta.dir, 'clients', `${client}_client.py`);
  const child = Bun.spawn([python, script, sluice?.url ?? '', masterKey, `${upstream}/simulated`], {
    env: { PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1', LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 120_000,
  });
  const [told, trouble] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const line = told.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`${client} told nothing: ${trouble.slice(-1000)}`);
  return JSON.parse(line);
};

const talk = {
  text: 'You said: "Hello.".',
  streamed: 'You said: "Hello.".',
  tokens: true,
  call: ['get_weather', { city: 'Paris' }],
  after_call: 'The tool answered: "Rain".',
};

/** What each client must tell, with its own words for errors. */
const expected = {
  openai: {
    ...talk,
    responses: ['You said: "Hello.".', 'response.completed'],
    vectors: [8, 8],
    models: true,
    wrong_key: ['AuthenticationError', 401],
    unknown_model: ['NotFoundError', 404],
    busy: ['RateLimitError', 429],
  },
  anthropic: {
    ...talk,
    models: true,
    wrong_key: ['AuthenticationError', 401],
    unknown_model: ['NotFoundError', 404],
    busy: ['RateLimitError', 429],
  },
  google: {
    ...talk,
    vectors: 2,
    models: true,
    wrong_key: ['ClientError', 401],
    unknown_model: ['ClientError', 404],
    busy: ['ClientError', 429],
  },
  litellm: {
    openai: talk,
    anthropic: talk,
    ollama: talk,
    vectors: 2,
    wrong_key: ['AuthenticationError', 401],
    unknown_model: ['NotFoundError', 404],
    busy: ['RateLimitError', 429],
  },
  litellm_proxy: {
    key_alias: true,
    text: 'You said: "Hello.".',
    streamed: 'You said: "Hello.".',
    mocked: 'You said: "Hello.".',
    user: true,
    kept: true,
    by_name: 'You said: "Hello.".',
    credential: true,
    listed: true,
    groups: true,
    models: true,
    teams: true,
    ready: 'healthy',
    gone: ['UnauthorizedError', null],
  },
  cohere: {
    ...talk,
    wrong_key: ['UnauthorizedError', 401],
    unknown_model: ['NotFoundError', 404],
    busy: ['TooManyRequestsError', 429],
  },
} as const;

if (!wanted) test.skip('clients in Python run with SLUICE_CLIENT_SESSIONS=1', () => undefined);
else {
  const found = install({
    from: 'pypi',
    name: 'openai',
    version: '3.57.0',
    program: 'python',
    with: ['anthropic==2.13.0', 'google-genai==3.6.1', 'litellm==1.110.2', 'cohere==7.3.1'],
  });
  if (found.kind === 'missing') test.skip(`clients in Python: ${found.reason}`, () => undefined);
  else
    describe.each(Object.entries(expected))('%s in Python', (client, facts) => {
      test.each(upstreams)('chats, streams, calls a tool and tells errors apart before %s', async (upstream) => {
        expect(await run(found.program, client, upstream)).toEqual(facts);
      });
    });
}
