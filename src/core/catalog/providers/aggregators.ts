import type { ProviderEntry } from '../provider.ts';

/** Services that pass calls on to many providers, and the embedding specialists that fit nowhere else. */
export const aggregators = [
  {
    id: 'openrouter',
    title: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    auth: { kind: 'bearer', env: ['OPENROUTER_API_KEY', 'OR_API_KEY'] },
    serves: {
      chat: [
        { dialect: 'openai-chat', path: '/chat/completions' },
        { dialect: 'openai-responses', path: '/responses' },
        { dialect: 'anthropic-messages', path: '/messages' },
      ],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    manners: [{ models: '', traits: ['no-system-turns'] }],
    models: [
      'anthropic/claude-sonnet-5',
      'anthropic/claude-opus-4.8',
      'openai/gpt-5.5',
      'google/gemini-3.1-flash-lite',
      'z-ai/glm-5.2',
      'moonshotai/kimi-k2.6',
    ],
    evidence: 'recorded',
  },
  {
    id: 'venice',
    title: 'Venice AI',
    baseUrl: 'https://api.venice.ai/api/v1',
    auth: { kind: 'bearer', env: ['VENICE_API_KEY'] },
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    quirks: ['developer-as-system'],
    evidence: 'recorded',
  },
  {
    id: 'voyage',
    title: 'Voyage AI',
    baseUrl: 'https://api.voyageai.com/v1',
    auth: { kind: 'bearer', env: ['VOYAGE_API_KEY'] },
    serves: { embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }] },
    owns: '^voyage-',
    models: ['voyage-3.5', 'voyage-3.5-lite', 'voyage-code-3'],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
