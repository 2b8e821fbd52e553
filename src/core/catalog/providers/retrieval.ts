import type { ProviderEntry } from '../provider.ts';

/** Specialists of search: embeddings and reranking, and Cohere, whose chat cites what it found. */
export const retrieval = [
  {
    id: 'cohere',
    aliases: ['cohere_chat'],
    title: 'Cohere',
    baseUrl: 'https://api.cohere.com',
    auth: { kind: 'bearer', env: ['COHERE_API_KEY', 'CO_API_KEY'] },
    serves: {
      chat: [
        { dialect: 'cohere', path: '/v2/chat' },
        { dialect: 'cohere-v1', path: '/v1/chat' },
        { dialect: 'openai-chat', path: '/compatibility/v1/chat/completions' },
      ],
      embeddings: [{ dialect: 'cohere', path: '/v2/embed' }],
      rerank: [{ dialect: 'cohere', path: '/v2/rerank' }],
    },
    quirks: ['max-tokens-old-name', 'no-stream-options'],
    owns: '^(command-|c4ai-|embed-v4|embed-(english|multilingual)-|rerank-(v\\d|english-|multilingual-))',
    models: [
      'command-a-plus-05-2026',
      'command-a-03-2025',
      'command-a-reasoning-08-2025',
      'command-r7b-12-2024',
      'embed-v4.0',
      'rerank-v3.5',
    ],
    evidence: 'recorded',
  },
  {
    id: 'voyage',
    title: 'Voyage AI',
    baseUrl: 'https://api.voyageai.com/v1',
    auth: { kind: 'bearer', env: ['VOYAGE_API_KEY'] },
    serves: {
      embeddings: [{ dialect: 'voyage', path: '/embeddings' }],
      rerank: [{ dialect: 'voyage', path: '/rerank' }],
    },
    owns: '^(voyage-|rerank-2)',
    models: ['voyage-3.5', 'voyage-3.5-lite', 'voyage-code-3', 'rerank-2.5', 'rerank-2.5-lite'],
    evidence: 'recorded',
  },
  {
    id: 'jina',
    aliases: ['jina_ai', 'jinaai'],
    title: 'Jina AI',
    baseUrl: 'https://api.jina.ai/v1',
    auth: { kind: 'bearer', env: ['JINA_API_KEY'] },
    serves: {
      embeddings: [{ dialect: 'jina', path: '/embeddings' }],
      rerank: [{ dialect: 'jina', path: '/rerank' }],
    },
    owns: '^jina-',
    models: ['jina-embeddings-v4', 'jina-embeddings-v3', 'jina-reranker-v3', 'jina-reranker-m0'],
    evidence: 'documented',
  },
] as const satisfies readonly ProviderEntry[];
