import { inProcessScheme, type ProviderEntry } from '../provider.ts';

/** The model a first call can use before any key is set up. */
export const demoModel = 'demo/echo';

/** Answers inside Sluice, in every dialect, so that a fresh install works without a key. It is ready unless the config file switches it off. */
export const demo = [
  {
    id: 'demo',
    title: 'Built-in demo',
    baseUrl: `${inProcessScheme}demo`,
    auth: { kind: 'none' },
    serves: {
      chat: [
        { dialect: 'openai-chat', path: '/chat/completions' },
        { dialect: 'openai-responses', path: '/responses' },
        { dialect: 'anthropic-messages', path: '/v1/messages' },
        { dialect: 'gemini', path: '/v1beta/models/{model}:{method}' },
      ],
      embeddings: [
        { dialect: 'openai-chat', path: '/embeddings' },
        { dialect: 'gemini', path: '/v1beta/models/{model}:{method}' },
      ],
    },
    models: ['echo', 'embedding'],
    closed: true,
    free: true,
    evidence: 'documented',
  },
] as const satisfies readonly ProviderEntry[];
