import type { ProviderEntry, ServedBy } from '../provider.ts';

/** The server's own format first: it says how much to think, and what its half in OpenAI's format has no word for. */
const chat = [
  { dialect: 'ollama', path: '/api/chat' },
  { dialect: 'openai-chat', path: '/v1/chat/completions' },
  { dialect: 'ollama-generate', path: '/api/generate' },
] as const satisfies readonly ServedBy[];

/** Ollama, on one's own machine and as a service. */
export const ollama = [
  {
    id: 'ollama',
    title: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434',
    auth: { kind: 'bearer', env: ['OLLAMA_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['OLLAMA_BASE_URL'],
    serves: {
      chat,
      embeddings: [
        { dialect: 'ollama', path: '/api/embed' },
        { dialect: 'openai-chat', path: '/v1/embeddings' },
      ],
    },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    evidence: 'recorded',
  },
  {
    id: 'ollama-cloud',
    title: 'Ollama Cloud',
    baseUrl: 'https://ollama.com',
    auth: { kind: 'bearer', env: ['OLLAMA_API_KEY'] },
    serves: { chat },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    models: ['gpt-oss:120b', 'gpt-oss:20b', 'qwen3-coder:480b'],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
