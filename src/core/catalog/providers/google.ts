import type { ProviderEntry } from '../provider.ts';

export const google = [
  {
    id: 'gemini',
    aliases: ['google'],
    title: 'Google AI Studio',
    baseUrl: 'https://generativelanguage.googleapis.com',
    auth: { kind: 'header', name: 'x-goog-api-key', env: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] },
    serves: {
      // Google's OpenAI-compatible endpoint is left out: translating into the native format keeps more of the conversation.
      chat: [{ dialect: 'gemini', path: '/v1beta/models/{model}:{method}' }],
      embeddings: [{ dialect: 'gemini', path: '/v1beta/models/{model}:{method}' }],
      'count-tokens': [{ dialect: 'gemini', path: '/v1beta/models/{model}:countTokens' }],
    },
    manners: [{ models: '^gemini-3', traits: ['thinking-levels'] }],
    owns: '^(gemini-|gemma-\\d|learnlm-)',
    models: [
      'gemini-3.5-flash',
      'gemini-3.1-pro-preview',
      'gemini-3.1-flash-lite',
      'gemini-3-pro-preview',
      'gemini-3-flash-preview',
      'gemini-2.5-pro',
      'gemini-2.5-flash',
      'gemini-2.5-flash-lite',
      'gemini-2.0-flash',
      'gemini-embedding-001',
    ],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
