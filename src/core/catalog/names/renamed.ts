/** Models of a provider that are gone, or go by another name now. */
export interface Renamed {
  readonly provider: string;
  /** A regular expression over whole ids. */
  readonly from: string;
  /** The provider's id that takes their place; absent when nothing does. */
  readonly to?: string;
  /** The day the provider began to refuse them. Absent for a mere change of name. A day in the catalogue of models wins. */
  readonly retiredOn?: string;
}

/**
 * What providers say in their lists of deprecations. A successor is named only for chat: vectors of another embedding model are of no use beside
 * those that are stored.
 */
export const renamed: readonly Renamed[] = [
  { provider: 'anthropic', from: 'claude-(instant-)?1.*', to: 'claude-haiku-4-5', retiredOn: '2024-11-06' },
  {
    provider: 'anthropic',
    from: 'claude-2(\\.\\d)?|claude-3-sonnet-.*',
    to: 'claude-sonnet-4-6',
    retiredOn: '2025-07-21',
  },
  { provider: 'anthropic', from: 'claude-3-5-sonnet-.*', to: 'claude-sonnet-4-6', retiredOn: '2025-10-28' },
  { provider: 'anthropic', from: 'claude-3-opus-.*', to: 'claude-opus-4-8', retiredOn: '2026-01-05' },
  { provider: 'anthropic', from: 'claude-3-7-sonnet-.*', to: 'claude-sonnet-4-6', retiredOn: '2026-02-19' },
  { provider: 'anthropic', from: 'claude-3-5-haiku-.*', to: 'claude-haiku-4-5', retiredOn: '2026-02-19' },
  {
    provider: 'anthropic',
    from: 'claude-(opus-4-0|4-opus-20250514|opus-4-20250514)',
    to: 'claude-opus-4-8',
    retiredOn: '2026-05-14',
  },
  {
    provider: 'anthropic',
    from: 'claude-(sonnet-4-0|4-sonnet-20250514|sonnet-4-20250514)',
    to: 'claude-sonnet-4-6',
    retiredOn: '2026-05-14',
  },
  { provider: 'anthropic', from: 'claude-opus-4-1(-20250805)?', to: 'claude-opus-4-8', retiredOn: '2026-08-05' },
  { provider: 'openai', from: 'gpt-4-32k.*', to: 'gpt-4o', retiredOn: '2025-06-06' },
  { provider: 'openai', from: 'gpt-4-(1106-)?vision-preview', to: 'gpt-4o', retiredOn: '2024-12-06' },
  {
    provider: 'openai',
    from: 'gpt-4-0314|gpt-4-(1106|0125)-preview|gpt-4-turbo-preview',
    to: 'gpt-4.1',
    retiredOn: '2026-03-26',
  },
  { provider: 'openai', from: 'gpt-4\\.5-preview.*', to: 'gpt-4.1', retiredOn: '2025-07-14' },
  { provider: 'openai', from: 'gpt-3\\.5-(turbo-)?(0301|0613|16k.*)', to: 'gpt-3.5-turbo', retiredOn: '2024-09-13' },
  { provider: 'openai', from: 'o1-preview.*', to: 'o3', retiredOn: '2025-07-28' },
  { provider: 'openai', from: 'o1-mini.*', to: 'o4-mini', retiredOn: '2025-10-27' },
  {
    provider: 'openai',
    from: 'text-(davinci|curie|babbage|ada)-00\\d|davinci',
    to: 'gpt-3.5-turbo-instruct',
    retiredOn: '2024-01-04',
  },
  { provider: 'openai', from: 'text-moderation-.*', retiredOn: '2025-10-27' },
  { provider: 'gemini', from: 'gemini-(1\\.0-)?pro(-001|-vision)?', to: 'gemini-2.5-flash', retiredOn: '2025-02-15' },
  { provider: 'gemini', from: 'gemini-1\\.5-pro.*|gemini-exp-\\d{4}', to: 'gemini-2.5-pro', retiredOn: '2025-09-29' },
  { provider: 'gemini', from: 'gemini-1\\.5-flash-8b.*', to: 'gemini-2.5-flash-lite', retiredOn: '2025-09-29' },
  { provider: 'gemini', from: 'gemini-1\\.5-flash.*', to: 'gemini-2.5-flash', retiredOn: '2025-09-29' },
  { provider: 'gemini', from: 'gemini-2\\.0-flash-lite.*', to: 'gemini-2.5-flash-lite', retiredOn: '2026-06-01' },
  {
    provider: 'gemini',
    from: 'gemini-2\\.0-flash(-001|-exp|-thinking-.*)?',
    to: 'gemini-2.5-flash',
    retiredOn: '2026-06-01',
  },
  {
    provider: 'gemini',
    from: 'gemini-2\\.5-flash-preview-0[45]-\\d\\d',
    to: 'gemini-2.5-flash',
    retiredOn: '2025-11-18',
  },
  {
    provider: 'gemini',
    from: 'gemini-2\\.5-flash-lite-preview-06-17',
    to: 'gemini-2.5-flash-lite',
    retiredOn: '2025-11-18',
  },
  {
    provider: 'gemini',
    from: 'gemini-2\\.5-pro-(preview|exp)-0[3-6]-\\d\\d',
    to: 'gemini-2.5-pro',
    retiredOn: '2025-12-02',
  },
  { provider: 'gemini', from: 'gemini-3-pro-preview.*', to: 'gemini-3.1-pro-preview', retiredOn: '2026-03-09' },
  { provider: 'gemini', from: '(text-)?embedding-00[14]', retiredOn: '2026-01-14' },
  { provider: 'xai', from: 'grok-(beta|2|2-1212|2-latest|vision-beta)', to: 'grok-4.3', retiredOn: '2025-09-15' },
  { provider: 'xai', from: 'grok-2-vision.*|grok-3-mini.*', to: 'grok-4.3', retiredOn: '2026-02-28' },
  {
    provider: 'xai',
    from: 'grok-3.*|grok-4-0709|grok-4(-1)?-fast.*|grok-code-fast-1.*',
    to: 'grok-4.3',
    retiredOn: '2026-05-15',
  },
  { provider: 'moonshot', from: 'kimi-latest.*|kimi-thinking-preview', to: 'kimi-k2.6', retiredOn: '2026-01-28' },
  { provider: 'moonshot', from: 'kimi-k2-(0711|0905|turbo|thinking).*', to: 'kimi-k2.6', retiredOn: '2026-05-25' },
  {
    provider: 'cohere',
    from: 'command(-light)?(-nightly)?|command-r(-plus)?(-03-2024|-04-2024)?',
    to: 'command-a-03-2025',
    retiredOn: '2025-09-15',
  },
  { provider: 'perplexity', from: 'r1-1776', to: 'sonar-reasoning-pro', retiredOn: '2025-08-01' },
  { provider: 'perplexity', from: 'llama-3\\.1-sonar-small-.*', to: 'sonar', retiredOn: '2025-02-22' },
  { provider: 'perplexity', from: 'llama-3\\.1-sonar-(large|huge)-.*', to: 'sonar-pro', retiredOn: '2025-02-22' },
  {
    provider: 'groq',
    from: 'llama3-8b-8192|gemma2?-[79]b-it|llama-3\\.2-[13]b-preview',
    to: 'llama-3.1-8b-instant',
    retiredOn: '2025-10-08',
  },
  {
    provider: 'groq',
    from: 'llama3-70b-8192|llama-3\\.1-70b-versatile|llama-3\\.3-70b-specdec|mixtral-8x7b-32768|deepseek-r1-distill-.*',
    to: 'llama-3.3-70b-versatile',
    retiredOn: '2025-10-02',
  },
  { provider: 'deepseek', from: 'deepseek-coder', to: 'deepseek-chat', retiredOn: '2024-09-05' },
  { provider: 'anthropic', from: 'claude-(3-5|3\\.5)-sonnet', to: 'claude-3-5-sonnet-20241022' },
  { provider: 'anthropic', from: 'claude-(3-5|3\\.5)-haiku', to: 'claude-3-5-haiku-20241022' },
  { provider: 'openai', from: 'gpt-4o-latest', to: 'gpt-4o' },
  { provider: 'openai', from: 'gpt-35-turbo', to: 'gpt-3.5-turbo' },
];

const compiled = new Map<Renamed, RegExp>();

/** The row for an id, if there is one. */
export const renamedRow = (provider: string, id: string): Renamed | undefined =>
  renamed.find((row) => row.provider === provider && expressionOf(row).test(id));

const expressionOf = (row: Renamed): RegExp => {
  const known = compiled.get(row);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${row.from})$`);
  compiled.set(row, made);
  return made;
};
