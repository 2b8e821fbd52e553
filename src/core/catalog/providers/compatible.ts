import type { ProviderEntry } from '../provider.ts';
import { chatWay, completionsWay, embeddingsWay, messagesWay } from '../usual-ways.ts';

/** Shapes without an address: for hosts that speak a format and have no entry. `like` makes as many of each as are needed. */
export const compatible = [
  {
    id: 'openai-compatible',
    aliases: ['openai_like', 'custom_openai'],
    title: 'Any host of OpenAI’s formats',
    baseUrl: '',
    auth: { kind: 'bearer', env: ['OPENAI_COMPATIBLE_API_KEY', 'OPENAI_LIKE_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['OPENAI_COMPATIBLE_BASE_URL', 'OPENAI_LIKE_API_BASE'],
    serves: { chat: [chatWay, completionsWay], embeddings: [embeddingsWay] },
    evidence: 'documented',
  },
  {
    id: 'anthropic-compatible',
    title: 'Any host of Anthropic’s format',
    baseUrl: '',
    auth: { kind: 'header', name: 'x-api-key', env: ['ANTHROPIC_COMPATIBLE_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['ANTHROPIC_COMPATIBLE_BASE_URL'],
    headers: { 'anthropic-version': '2023-06-01' },
    serves: { chat: [messagesWay] },
    manners: [{ models: '', traits: ['no-system-turns'] }],
    evidence: 'documented',
  },
  {
    id: 'gemini-compatible',
    title: 'Any host of Gemini’s format',
    baseUrl: '',
    auth: { kind: 'header', name: 'x-goog-api-key', env: ['GEMINI_COMPATIBLE_API_KEY'] },
    keyOptional: true,
    baseUrlEnv: ['GEMINI_COMPATIBLE_BASE_URL'],
    serves: {
      chat: [{ dialect: 'gemini', path: '/v1beta/models/{model}:{method}' }],
      embeddings: [{ dialect: 'gemini', path: '/v1beta/models/{model}:{method}' }],
    },
    manners: [{ models: '^gemini-3', traits: ['thinking-levels'] }],
    evidence: 'documented',
  },
] as const satisfies readonly ProviderEntry[];
