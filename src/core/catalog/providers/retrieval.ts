import type { ProviderEntry } from '../provider.ts';

/** Companies whose own formats are about finding: embeddings and reranking. */
export const retrieval = [
  {
    id: 'cohere',
    title: 'Cohere',
    baseUrl: 'https://api.cohere.ai/compatibility/v1',
    auth: { kind: 'bearer', env: ['COHERE_API_KEY', 'CO_API_KEY'] },
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    quirks: ['max-tokens-old-name', 'no-stream-options'],
    owns: '^(command-|c4ai-|embed-v4|embed-(english|multilingual)-)',
    models: ['command-a-03-2025', 'command-a-reasoning-08-2025', 'command-r7b-12-2024', 'embed-v4.0'],
    evidence: 'documented',
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
