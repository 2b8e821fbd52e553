/** Spellings of makers, as hosts and sources write them, → the one used in `author/slug` names. */
export const authorNames: Readonly<Record<string, string>> = {
  'ai21-labs': 'ai21',
  alibaba: 'qwen',
  qwen: 'qwen',
  anthropic: 'anthropic',
  amazon: 'amazon',
  'arcee-ai': 'arcee-ai',
  arcee_ai: 'arcee-ai',
  baidu: 'baidu',
  bytedance: 'bytedance',
  'bytedance-seed': 'bytedance',
  cohere: 'cohere',
  coherelabs: 'cohere',
  deepseek: 'deepseek',
  'deepseek-ai': 'deepseek',
  google: 'google',
  ibm: 'ibm-granite',
  'ibm-granite': 'ibm-granite',
  inception: 'inception',
  meta: 'meta-llama',
  'meta-llama': 'meta-llama',
  microsoft: 'microsoft',
  minimax: 'minimax',
  minimaxai: 'minimax',
  mistral: 'mistralai',
  'mistral-ai': 'mistralai',
  mistralai: 'mistralai',
  moonshot: 'moonshotai',
  moonshotai: 'moonshotai',
  nousresearch: 'nousresearch',
  nvidia: 'nvidia',
  openai: 'openai',
  perplexity: 'perplexity',
  stepfun: 'stepfun',
  'stepfun-ai': 'stepfun',
  tencent: 'tencent',
  thudm: 'z-ai',
  upstage: 'upstage',
  writer: 'writer',
  'x-ai': 'x-ai',
  xai: 'x-ai',
  xiaomi: 'xiaomi',
  xiaomimimo: 'xiaomi',
  'z-ai': 'z-ai',
  zai: 'z-ai',
  'zai-org': 'z-ai',
  zhipuai: 'z-ai',
};

/** Makers → the providers that are theirs, the first one first. They win over hosts that offer the same model. */
const makers: Readonly<Record<string, readonly string[]>> = {
  ai21: ['ai21'],
  amazon: ['nova', 'bedrock'],
  anthropic: ['anthropic'],
  bytedance: ['volcengine', 'byteplus'],
  cohere: ['cohere'],
  deepseek: ['deepseek'],
  google: ['gemini', 'vertex'],
  inception: ['inception'],
  jina: ['jina'],
  'meta-llama': ['llama'],
  microsoft: ['azure'],
  minimax: ['minimax', 'minimax-cn'],
  mistralai: ['mistral'],
  moonshotai: ['moonshot', 'moonshot-cn'],
  nvidia: ['nvidia'],
  openai: ['openai'],
  perplexity: ['perplexity'],
  qwen: ['alibaba', 'alibaba-cn'],
  reka: ['reka'],
  sarvam: ['sarvam'],
  stepfun: ['stepfun'],
  tencent: ['tencent'],
  upstage: ['upstage'],
  voyage: ['voyage'],
  writer: ['writer'],
  'x-ai': ['xai'],
  xiaomi: ['xiaomi'],
  'z-ai': ['zai', 'zhipuai'],
};

const none: readonly string[] = [];

/** The author a name's head means: its usual spelling, or itself when it is one. Undefined when no maker is called so. */
export const authorNamed = (head: string): string | undefined => {
  const low = head.toLowerCase();
  const usual = Object.hasOwn(authorNames, low) ? authorNames[low] : undefined;
  if (usual !== undefined) return usual;
  return Object.hasOwn(makers, low) ? low : undefined;
};

/** The providers of a maker. */
export const providersOfAuthor = (author: string | undefined): readonly string[] =>
  author !== undefined && Object.hasOwn(makers, author) ? (makers[author] ?? none) : none;
