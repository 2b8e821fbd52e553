import type { ProviderEntry } from '../provider.ts';

/**
 * Model servers on one's own machines. Each is used when the config file lists it or its address variable is set; a key is sent when
 * there is one.
 */
export const local = [
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
  {
    id: 'vllm',
    title: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    auth: { kind: 'bearer', env: ['VLLM_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['VLLM_BASE_URL'],
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    evidence: 'recorded',
  },
  {
    id: 'lmstudio',
    title: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    auth: { kind: 'bearer', env: ['LMSTUDIO_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['LMSTUDIO_BASE_URL'],
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    evidence: 'recorded',
  },
  {
    id: 'llamacpp',
    title: 'llama.cpp server',
    baseUrl: 'http://127.0.0.1:8080/v1',
    auth: { kind: 'bearer', env: ['LLAMACPP_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['LLAMACPP_BASE_URL'],
    serves: {
      chat: [{ dialect: 'openai-chat', path: '/chat/completions' }],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
    },
    quirks: ['max-tokens-old-name', 'developer-as-system'],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
