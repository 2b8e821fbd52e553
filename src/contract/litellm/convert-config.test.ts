import { expect, test } from 'bun:test';
import { catalogue } from '../../core/catalog/catalogue.ts';
import { convertConfig } from './convert-config.ts';

const providerOf = (name: string): string | undefined =>
  catalogue.find(({ id, aliases = [] }) => id === name || aliases.includes(name))?.id;

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
    providerOf,
  );
  expect(config).toEqual({
    master_key: '${MASTER}',
    drop_params: true,
    providers: [
      { id: 'openai', api_key: '${OPENAI_API_KEY}' },
      { id: 'openai-2', like: 'openai', api_key: 'sk-other' },
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
    'model_list[0].litellm_params.rpm (fast)',
    'model_list[5] (strange): the provider "nobody_knows" is not known here',
    'general_settings.database_url',
    'litellm_settings.callbacks',
    'router_settings.routing_strategy',
  ]);
});
