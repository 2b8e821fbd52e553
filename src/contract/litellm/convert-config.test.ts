import { expect, test } from 'bun:test';
import { catalogue } from '../../core/catalog/catalogue.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { parseConfig } from '../parse-config.ts';
import { convertConfig } from './convert-config.ts';

const providerOf = (name: string): string | undefined =>
  catalogue.find(({ id, aliases = [] }) => id === name || aliases.includes(name))?.id;

const names = { providerOf, ownerOf: (model: string) => (model.startsWith('claude') ? 'anthropic' : undefined) };

test('models become providers, aliases and routes, and what is not carried is named', () => {
  const { config, left } = convertConfig(
    {
      model_list: [
        {
          model_name: 'fast',
          litellm_params: { model: 'openai/gpt-4o-mini', api_key: 'os.environ/OPENAI_API_KEY', rpm: 5 },
        },
        { model_name: 'big', litellm_params: { model: 'openai/gpt-4o', api_key: 'os.environ/OPENAI_API_KEY' } },
        { model_name: 'big', litellm_params: { model: 'openai/gpt-4o', api_key: 'sk-other' } },
        { model_name: 'here', litellm_params: { model: 'bedrock/anthropic.claude', aws_region_name: 'eu-west-1' } },
        { model_name: 'claude-*', litellm_params: { model: 'anthropic/claude-*' } },
        { model_name: 'strange', litellm_params: { model: 'nobody_knows/x' } },
      ],
      general_settings: { master_key: 'os.environ/MASTER', database_url: 'postgres://x' },
      litellm_settings: { drop_params: true, callbacks: ['x'] },
      router_settings: { model_group_alias: { 'gpt-4': 'big' }, routing_strategy: 'simple-shuffle' },
    },
    names,
  );
  expect(config).toEqual({
    master_key: '${MASTER}',
    drop_params: true,
    providers: [
      { id: 'openai', api_key: '${OPENAI_API_KEY}' },
      { id: 'openai-2', like: 'openai', same_models: true, api_key: 'sk-other' },
      { id: 'bedrock', variables: { region: 'eu-west-1' } },
      { id: 'anthropic' },
    ],
    aliases: {
      'gpt-4': 'big',
      'claude-*': 'anthropic/claude-*',
      fast: 'openai/gpt-4o-mini',
      here: 'bedrock/anthropic.claude',
    },
    routes: { big: { balance: ['openai/gpt-4o', 'openai-2/gpt-4o'] } },
  });
  expect(left).toEqual([
    'model_list[5] (strange): the provider "nobody_knows" is not known here',
    'general_settings.database_url',
    'litellm_settings.callbacks',
  ]);
});

const params = (model: string, more: JsonObject = {}): JsonObject => ({
  model: `openai/${model}`,
  api_key: 'k',
  ...more,
});
const row = (name: string, model: string, more: JsonObject = {}): JsonObject => ({
  model_name: name,
  litellm_params: params(model, more),
});

/** The converted file, which must load, with what it leaves out. */
const convert = (document: JsonObject): Readonly<Record<string, unknown>> => {
  const { config, left } = convertConfig(document, names);
  const parsed = parseConfig(JSON.stringify(config), { K: 'k' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return { ...config, left };
};

test('weights are those of the first unit that the first deployment has', () => {
  const list = [row('g', 'a', { rpm: 900, weight: 3 }), row('g', 'b', { weight: 1 }), row('g', 'c', { rpm: 5 })];
  expect(convert({ model_list: list })['routes']).toEqual({
    g: {
      balance: [
        { to: 'openai/a', weight: 3 },
        { to: 'openai/b', weight: 1 },
        { to: 'openai/c', weight: 0 },
      ],
    },
  });
});

test.each([
  ['least-busy', 'least_busy', {}],
  ['latency-based-routing', 'fastest', { limits: { requests_per_minute: 9, tokens_per_minute: 800 } }],
  ['usage-based-routing-v2', 'least_used', { limits: { requests_per_minute: 9, tokens_per_minute: 800 } }],
  ['cost-based-routing', 'cheapest', { limits: { requests_per_minute: 9, tokens_per_minute: 800 } }],
])('%s becomes %s', (strategy, key, more) => {
  const list = [row('g', 'a', { rpm: 9, tpm: 800 }), row('g', 'b')];
  const first = Object.keys(more).length === 0 ? 'openai/a' : { to: 'openai/a', ...more };
  const router = { routing_strategy: strategy, routing_strategy_args: { lowest_latency_buffer: 0.5 } };
  expect(convert({ model_list: list, router_settings: router })['routes']).toEqual({
    g: { [key]: [first, 'openai/b'], ...(key === 'fastest' ? { within: 0.5 } : {}) },
  });
});

test('a routing group has a strategy of its own, and an order within a group comes first', () => {
  const list = [row('g', 'a', { order: 2 }), row('g', 'b', { order: 1 }), row('h', 'c'), row('h', 'd')];
  const groups = [{ group_name: 'x', models: ['h'], routing_strategy: 'least-busy' }];
  expect(convert({ model_list: list, router_settings: { routing_groups: groups } })['routes']).toEqual({
    g: {
      balance: [
        { to: 'openai/a', order: 2 },
        { to: 'openai/b', order: 1 },
      ],
    },
    h: { least_busy: ['openai/c', 'openai/d'] },
  });
});

test('fallbacks of every kind, also in a circle', () => {
  const list = [row('a', 'a'), row('b', 'b'), row('long', 'long'), row('safe', 'safe'), row('other', 'x')];
  const { routes } = convert({
    model_list: list,
    router_settings: {
      fallbacks: [{ a: ['b'] }, { b: ['a'] }],
      context_window_fallbacks: [{ a: ['long'] }],
      content_policy_fallbacks: [{ '*': ['safe'] }],
    },
    litellm_settings: { default_fallbacks: ['other'] },
  }) as { readonly routes: Readonly<Record<string, Json>> };
  const on = (word: string, ...fallback: readonly Json[]): JsonObject => ({ fallback, on: [word] });
  expect(routes['a']).toEqual({
    fallback: [on('content-policy', on('context-window', 'openai/a', 'openai/long'), 'openai/safe'), 'openai/b'],
  });
  expect(routes['b']).toEqual({ fallback: [on('content-policy', 'openai/b', 'openai/safe'), 'openai/a'] });
  expect(routes['long']).toEqual({ fallback: [on('content-policy', 'openai/long', 'openai/safe'), 'openai/x'] });
});

test('tries, cool-downs and times', () => {
  const { routes, left } = convert({
    model_list: [row('g', 'a', { timeout: 5, stream_timeout: '2', cooldown_time: 0, num_retries: 1 }), row('g', 'b')],
    router_settings: {
      num_retries: 3,
      retry_policy: { RateLimitErrorRetries: 4, InternalServerErrorRetries: 0 },
      allowed_fails: 2,
      allowed_fails_policy: { TimeoutErrorAllowedFails: 100 },
      cooldown_time: 7,
      timeout: 30,
      enable_tag_filtering: true,
      tag_filtering_match_any: false,
      enable_pre_call_checks: true,
      polling_interval: 1,
    },
  });
  expect(routes).toEqual({
    g: {
      balance: [
        {
          to: 'openai/a',
          first_byte_ms: 5000,
          stream_first_byte_ms: 2000,
          breaker: { open_ms: 0 },
          retry: { attempts: 1 },
        },
        'openai/b',
      ],
      retry: { attempts: 3, across: true, by_class: { 'rate-limit': 4, transient: 0, 'bad-response': 0 } },
      breaker: { allowed_failures: 2, allowed_by_class: { timeout: 100 }, open_ms: 7000 },
      first_byte_ms: 30_000,
      keep: { tags: 'all' },
    },
  });
  expect(left).toEqual(['router_settings.polling_interval']);
});

test('prices, sizes, parameters, fixed ids, credentials by name and mocked answers', () => {
  const config = convert({
    credential_list: [
      { credential_name: 'c', credential_values: { api_key: 'os.environ/K', api_base: 'http://h:1/v1' } },
    ],
    model_list: [
      {
        model_name: 'mine',
        litellm_params: {
          model: 'openai/m',
          litellm_credential_name: 'c',
          input_cost_per_token: 0.0000025,
          temperature: 0.2,
          extra_body: { guided: true },
          additional_drop_params: ['seed'],
          tags: ['free'],
          mock_response: 'hello',
          vector_store_id: 'v',
        },
        model_info: {
          id: 'fixed-id',
          output_cost_per_token: 0.00001,
          max_input_tokens: 4000,
          mode: 'chat',
          team_id: 't',
        },
      },
      { model_name: 'claude-x', litellm_params: { model: 'claude-x', api_key: 'k' } },
    ],
  });
  expect(config).toEqual({
    providers: [
      { id: 'openai', api_key: '${K}', base_url: 'http://h:1/v1' },
      { id: 'anthropic', api_key: 'k' },
    ],
    aliases: { 'fixed-id': 'openai/m', 'claude-x': 'anthropic/claude-x' },
    routes: { mine: { to: 'openai/m', tags: ['free'], answer: 'hello' } },
    models: [{ id: 'openai/m', max_input_tokens: 4000, prices: { input_per_million: 2.5, output_per_million: 10 } }],
    model_settings: [
      { models: 'openai/m', defaults: { temperature: 0.2 }, overrides: { guided: true }, drop_params: ['seed'] },
    ],
    left: ['model_list[0] (mine).litellm_params.vector_store_id', 'model_list[0] (mine).model_info.team_id'],
  } as never);
});

test('patterns become aliases; what stands for everything leaves the others theirs', () => {
  const wild = (name: string, model: string): JsonObject => ({
    model_name: name,
    litellm_params: { model, api_key: 'k' },
  });
  const { aliases, left } = convert({
    model_list: [
      wild('anthropic/*', 'anthropic/*'),
      wild('mine-*', 'openai/gpt-*'),
      wild('*', 'openai/*'),
      wild('a*b*', 'openai/*'),
    ],
  });
  expect(aliases).toEqual({
    'mine-*': 'openai/gpt-*',
    '*': 'openai/*',
    'anthropic/*': 'anthropic/*',
    'openai/*': 'openai/*',
  });
  expect(left).toEqual(['model_list (a*b*): a pattern with more than one *']);
});

test('budgets of providers stand at every key of theirs', () => {
  const { providers, left } = convert({
    model_list: [row('a', 'x'), row('b', 'y', { api_key: 'other' })],
    router_settings: {
      provider_budget_config: {
        openai: { budget_limit: 12.5, time_period: '1d' },
        anthropic: { budget_limit: 1, time_period: '1d' },
      },
    },
  });
  const budgets = [{ limit_usd: 12.5, window: 'day' }];
  expect(providers).toEqual([
    { id: 'openai', api_key: 'k', budgets },
    { id: 'openai-2', like: 'openai', same_models: true, api_key: 'other', budgets },
  ]);
  expect(left).toEqual(['router_settings.provider_budget_config.anthropic']);
});
