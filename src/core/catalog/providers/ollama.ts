import type { ProviderEntry } from '../provider.ts';

/** Ollama, on one's own machine. */
export const ollama = [
  {
    id: 'ollama',
    title: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434',
    auth: { kind: 'bearer', env: ['OLLAMA_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['OLLAMA_BASE_URL'],
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/v1/embeddings' }],
    },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
