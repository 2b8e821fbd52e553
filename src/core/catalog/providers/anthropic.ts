import type { ProviderEntry } from '../provider.ts';

export const anthropic = [
  {
    id: 'anthropic',
    title: 'Anthropic',
    baseUrl: 'https://api.anthropic.com',
    auth: { kind: 'header', name: 'x-api-key', env: ['ANTHROPIC_API_KEY'] },
    headers: { 'anthropic-version': '2023-06-01' },
    serves: {
      chat: [{ dialect: 'anthropic-messages', path: '/v1/messages' }],
      'count-tokens': [{ dialect: 'anthropic-messages', path: '/v1/messages/count_tokens' }],
    },
    manners: [
      // Recorded traffic shows system turns in the middle accepted from Opus 4.8 on; generations before that refuse the role.
      { models: '^claude-(instant|[123])', traits: ['no-system-turns'] },
      { models: '^claude-(opus|sonnet|haiku)-4(-[0-7])?(-(latest|\\d{8})|@|$)', traits: ['no-system-turns'] },
      {
        models: '^claude-(opus-4-[6-9]|sonnet-4-[6-9]|(opus|sonnet|haiku|fable|mythos)-([5-9]|\\d\\d))',
        traits: ['adaptive-thinking'],
      },
      { models: '^claude-3-(haiku|opus|sonnet)', maxOutputTokens: 4096 },
      { models: '^claude-3-5-', maxOutputTokens: 8192 },
      { models: '^claude-opus-4(-[01])?(-\\d{8})?$', maxOutputTokens: 32_000 },
      { models: '^claude-(3-7-sonnet|sonnet-4|haiku-4|opus-4-5)', maxOutputTokens: 64_000 },
      { models: '^claude-(opus-4-[6-9]|(opus|sonnet|fable)-5)', maxOutputTokens: 128_000 },
    ],
    owns: '^claude-',
    models: [
      'claude-opus-4-8',
      'claude-opus-4-7',
      'claude-opus-4-6',
      'claude-opus-4-5',
      'claude-opus-4-1',
      'claude-sonnet-5',
      'claude-sonnet-4-6',
      'claude-sonnet-4-5',
      'claude-haiku-4-5',
      'claude-fable-5',
    ],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
