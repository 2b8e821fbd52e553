import type { ProviderEntry } from '../provider.ts';

// Legacy completion models have no chat endpoint; a few later ones exist on the Responses endpoint only, some audio and search ones on chat only.
const completionModels = 'gpt-3\\.5-turbo-instruct|davinci-002|babbage-002';
const responsesOnly = 'o1-pro|o3-pro|gpt-5(\\.\\d+)?-pro|gpt-5(\\.\\d+)?-codex|codex-mini|computer-use|.*deep-research';
const chatOnly = 'gpt-audio|gpt-4o(-mini)?-(audio|search)|gpt-5-search';

export const openai = [
  {
    id: 'openai',
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    auth: { kind: 'bearer', env: ['OPENAI_API_KEY'] },
    serves: {
      chat: [
        { dialect: 'openai-responses', path: '/responses', models: `^(?!${completionModels}|${chatOnly})` },
        { dialect: 'openai-chat', path: '/chat/completions', models: `^(?!${completionModels}|${responsesOnly})` },
        { dialect: 'openai-completions', path: '/completions', models: `^(ft:)?(${completionModels})` },
      ],
      embeddings: [{ dialect: 'openai-chat', path: '/embeddings' }],
      'count-tokens': [{ dialect: 'openai-responses', path: '/responses/input_tokens' }],
      compact: [{ dialect: 'openai-responses', path: '/responses/compact' }],
      moderations: [{ dialect: 'openai-chat', path: '/moderations' }],
    },
    defaultModels: { moderations: 'omni-moderation-latest' },
    manners: [{ models: '^(ft:)?(o\\d|gpt-5)', quirks: ['max-tokens-new-name'] }],
    owns: '^(gpt-(?!oss)|chatgpt-|o\\d(-|$)|codex-|computer-use-|text-embedding-(3|ada)|(omni|text)-moderation-|davinci-002|babbage-002|ft:)',
    models: [
      'gpt-5.5',
      'gpt-5.5-pro',
      'gpt-5.4',
      'gpt-5.4-mini',
      'gpt-5.4-nano',
      'gpt-5.3-codex',
      'gpt-5.2',
      'gpt-5.1',
      'gpt-5',
      'gpt-5-mini',
      'gpt-5-nano',
      'gpt-4.1',
      'gpt-4.1-mini',
      'gpt-4.1-nano',
      'gpt-4o',
      'gpt-4o-mini',
      'o3',
      'o4-mini',
      'text-embedding-3-large',
      'text-embedding-3-small',
      'omni-moderation-latest',
    ],
    evidence: 'recorded',
  },
] as const satisfies readonly ProviderEntry[];
