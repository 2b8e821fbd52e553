import type { ServedBy } from './provider.ts';
import type { QuirkId } from './quirks.ts';

/** Ways and quirks that many hosts share, so that an entry says only what is its own. */
export const chatWay = { dialect: 'openai-chat', path: '/chat/completions' } as const satisfies ServedBy;
export const completionsWay = { dialect: 'openai-completions', path: '/completions' } as const satisfies ServedBy;
export const responsesWay = { dialect: 'openai-responses', path: '/responses' } as const satisfies ServedBy;
export const messagesWay = { dialect: 'anthropic-messages', path: '/messages' } as const satisfies ServedBy;
export const embeddingsWay = { dialect: 'openai-chat', path: '/embeddings' } as const satisfies ServedBy;

/** Hosts of open models, most of which know OpenAI's older words only; those that know the newer ones take the older too. */
export const olderHost = ['max-tokens-old-name', 'developer-as-system'] as const satisfies readonly QuirkId[];

/** Reranking in the shape that Jina began and most hosts follow. */
export const rerankWay = { dialect: 'jina', path: '/rerank' } as const satisfies ServedBy;

export const moderationsWay = { dialect: 'openai-chat', path: '/moderations' } as const satisfies ServedBy;

/** Anthropic's format has its version in a header. */
export const messagesVersion = { 'anthropic-version': '2023-06-01' } as const;
