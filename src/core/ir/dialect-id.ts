/** Wire formats Sluice can speak. Each has a door half (client side) and an upstream half (provider side). */
export const dialectIds = [
  'openai-chat',
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'cohere',
  'cohere-v1',
  'voyage',
  'jina',
  'ollama',
  'ollama-generate',
  'bedrock-converse',
  'amazon-titan',
  'vertex-predict',
] as const;

export type DialectId = (typeof dialectIds)[number];

/** What a provider can be asked to do. A door belongs to one operation; a provider lists which it serves, in which dialects. */
export const operations = ['chat', 'embeddings', 'count-tokens', 'compact', 'rerank', 'moderations'] as const;

export type Operation = (typeof operations)[number];
