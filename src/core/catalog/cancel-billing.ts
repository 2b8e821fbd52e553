/**
 * Providers that go on writing, and bill all of it, when a stream is closed before its end. OpenRouter publishes which of its upstreams do; where nobody
 * says, the call is closed and what had passed is charged.
 */
const billsOn: ReadonlySet<string> = new Set([
  'alibaba',
  'alibaba-cn',
  'bedrock',
  'codestral',
  'gemini',
  'groq',
  'minimax',
  'minimax-cn',
  'mistral',
  'nebius',
  'perplexity',
  'sambanova',
  'vertex',
]);

/** Whether a provider bills an answer to its end although nobody reads it. */
export const billsAbandoned = (providerId: string): boolean => billsOn.has(providerId);
