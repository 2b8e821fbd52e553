/** Makers → the family of tokenizer their models share, in the words of `architecture.tokenizer`. */
const tokenizers: Readonly<Record<string, string>> = {
  anthropic: 'Claude',
  cohere: 'Cohere',
  deepseek: 'DeepSeek',
  google: 'Gemini',
  'meta-llama': 'Llama3',
  mistralai: 'Mistral',
  amazon: 'Nova',
  openai: 'GPT',
  qwen: 'Qwen3',
  'x-ai': 'Grok',
};

export const tokenizerOf = (author: string | undefined): string =>
  author !== undefined && Object.hasOwn(tokenizers, author) ? (tokenizers[author] ?? 'Other') : 'Other';
