import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../src/simulators/index.ts';
import { type StartedProgram, sluiceProgram, startProgram } from '../support/sluice-program.ts';

const masterKey = 'sk-1234';
const providerKey = 'sk-provider-secret-0123456789abcdef';

const configText = (url: string): string => `
model_list:
  - model_name: shared
    litellm_params: { model: openai/always, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, weight: 1 }
  - model_name: shared
    litellm_params: { model: openai/never, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, weight: 0 }
  - model_name: in-order
    litellm_params: { model: openai/second, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, order: 2 }
  - model_name: in-order
    litellm_params: { model: openai/sim.status-500--first, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, order: 1 }
  - model_name: broken
    litellm_params: { model: openai/sim.status-503--broken, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY }
  - model_name: stuck
    litellm_params: { model: openai/sim.hang--stuck, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, timeout: 0.3 }
  - model_name: tiers
    litellm_params: { model: openai/free-tier, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, tags: [free] }
  - model_name: tiers
    litellm_params: { model: openai/paid-tier, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY, tags: [paid] }
  - model_name: claude
    litellm_params: { model: anthropic/claude-x, api_base: ${url}, api_key: os.environ/PROVIDER_KEY }
    model_info: { id: claude-deployment }
  - model_name: long
    litellm_params: { model: openai/long-window, api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY }
  - model_name: mocked
    litellm_params: { model: openai/m, api_key: fake, mock_response: This is what stands here }
  - model_name: "wild-*"
    litellm_params: { model: "openai/gpt-*", api_base: ${url}/v1, api_key: os.environ/PROVIDER_KEY }
litellm_settings:
  drop_params: true
  default_fallbacks: [claude]
  context_window_fallbacks: [{ shared: [long] }]
router_settings:
  num_retries: 2
  fallbacks: [{ broken: [in-order] }, { tiers: [] }]
  enable_tag_filtering: true
  model_group_alias: { gpt-4: shared }
general_settings:
  master_key: ${masterKey}
`;

let simulator: Simulator;
let sluice: StartedProgram;
let folder: string;
let left: string;

beforeAll(async () => {
  simulator = startSimulator({ key: providerKey });
  folder = await mkdtemp(join(tmpdir(), 'sluice-import-'));
  const path = join(folder, 'config.yaml');
  await writeFile(path, configText(simulator.url));
  const run = Bun.spawn([...sluiceProgram(), 'import', 'litellm-config', path], { stdout: 'pipe', stderr: 'pipe' });
  const config = await new Response(run.stdout).text();
  left = await new Response(run.stderr).text();
  expect(await run.exited).toBe(0);
  sluice = await startProgram({ masterKey, config, environment: { PROVIDER_KEY: providerKey } });
});

afterAll(async () => {
  await sluice.stop();
  simulator.stop();
  await rm(folder, { recursive: true });
});

const ask = (model: string, more: object = {}): Promise<Response> =>
  fetch(`${sluice.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 20, ...more }),
  });

const whoAnswers = async (model: string, more: object = {}): Promise<string | null> => {
  const response = await ask(model, more);
  const text = await response.text();
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, '']);
  return response.headers.get('x-sluice-model');
};

describe('a config file of LiteLLM’s', () => {
  test('is carried over but for what it names', () => {
    expect(left).toBe(
      'not carried over: model_list (wild-*): only openai/gpt-* of a pattern; routes have no patterns\n',
    );
  });

  test('balances by weight, follows order, and its aliases lead to groups', async () => {
    expect([await whoAnswers('shared'), await whoAnswers('shared'), await whoAnswers('gpt-4')]).toEqual([
      'always',
      'always',
      'always',
    ]);
    expect(await whoAnswers('in-order')).toBe('second');
    expect(await whoAnswers('wild-4o')).toBe('gpt-4o');
    expect(await whoAnswers('claude-deployment')).toBe('claude-x');
  });

  test('falls back by name, by kind of failure, and to the default', async () => {
    expect(await whoAnswers('broken')).toBe('second');
    expect(await whoAnswers('stuck')).toBe('claude-x');
    expect(await whoAnswers('shared', { mock_testing_fallbacks: true })).toBe('claude-x');
    expect(await whoAnswers('shared', { mock_testing_context_fallbacks: true })).toBe('long-window');
  });

  test('picks by tag, and answers what is mocked', async () => {
    expect(await whoAnswers('tiers', { metadata: { tags: ['paid'] } })).toBe('paid-tier');
    expect(await whoAnswers('tiers', { tags: ['free'] })).toBe('free-tier');
    const answer = (await (await ask('mocked')).json()) as {
      readonly choices: readonly { message: { content: string } }[];
    };
    expect(answer.choices[0]?.message.content).toBe('This is what stands here');
  });
});
