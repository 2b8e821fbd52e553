import { authorNames } from '../../src/core/catalog/names/authors.ts';

/** Who made a model, in the words of `author/slug` names, from the sources' word, the id, or the provider that makes its own. */
export const authorOf = (provider: string, id: string, said: string | undefined): string | undefined => {
  if (said !== undefined) return authorNames[said.toLowerCase()] ?? said.toLowerCase();
  const parts = id.replace(/^(hf:|~|@cf\/|@hf\/|accounts\/[^/]+\/models\/|tee\/|pro\/)/i, '').split('/');
  const [head = ''] = parts;
  if (parts.length > 1) {
    const named = authorNames[head.toLowerCase()];
    if (named !== undefined) return named;
  }
  const slug = parts.at(-1) ?? id;
  const bare = slug.replace(/^(us|eu|au|jp|apac|ca|global)\./, '');
  const found = patterns.find(([pattern]) => pattern.test(bare))?.[1];
  if (found !== undefined) return found;
  return makers[provider] ?? (parts.length > 1 && /^[a-z0-9][a-z0-9-]*$/i.test(head) ? head.toLowerCase() : undefined);
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^(anthropic[.-]|databricks-)?claude/i, 'anthropic'],
  [
    /^(openai[.-])?(gpt|o\d|chatgpt|text-embedding-(3|ada)|dall-e|whisper|tts-|codex|sora|computer-use|davinci|babbage|omni-moderation)/i,
    'openai',
  ],
  [/^(google[.-])?(gemini|gemma|imagen|veo-|learnlm|palm|text-embedding-00|text-bison|chat-bison)/i, 'google'],
  [/^(xai[.-])?grok/i, 'x-ai'],
  [/^(mistral|mixtral|codestral|devstral|magistral|ministral|pixtral|voxtral|open-mi)/i, 'mistralai'],
  [/^deepseek/i, 'deepseek'],
  [/^(kimi|moonshot)/i, 'moonshotai'],
  [/^(zai[.-])?(glm|chatglm|cogview|autoglm)/i, 'z-ai'],
  [/^(minimax|abab)/i, 'minimax'],
  [/^(qwen|qwq|qvq|wan\d|tongyi)/i, 'qwen'],
  [/^(meta[.-])?(meta-)?(llama|codellama)/i, 'meta-llama'],
  [/^(cohere[.-])?(command|aya|c4ai|embed-(english|multilingual|v4)|rerank-(english|multilingual|v))/i, 'cohere'],
  [/^(amazon[.-])?(nova|titan)/i, 'amazon'],
  [/^(ai21[.-])?(jamba|j2-)/i, 'ai21'],
  [/^sonar/i, 'perplexity'],
  [/^phi-/i, 'microsoft'],
  [/^(nvidia[.-])?(nemotron|llama-\d.*nemotron)/i, 'nvidia'],
  [/^(deep)?hermes/i, 'nousresearch'],
  [/^ernie/i, 'baidu'],
  [/^(hunyuan|hy\d)/i, 'tencent'],
  [/^(doubao|seed-|seedream|seedance)/i, 'bytedance'],
  [/^step-/i, 'stepfun'],
  [/^mimo/i, 'xiaomi'],
  [/^granite/i, 'ibm-granite'],
  [/^olmo/i, 'allenai'],
  [/^mercury/i, 'inception'],
  [/^solar/i, 'upstage'],
  [/^palmyra/i, 'writer'],
  [/^voyage/i, 'voyage'],
];

/** Providers whose models without a better sign are their own. */
const makers: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  mistral: 'mistralai',
  cohere: 'cohere',
  deepseek: 'deepseek',
  xai: 'x-ai',
  perplexity: 'perplexity',
  voyage: 'voyage',
  jina: 'jina',
  upstage: 'upstage',
  stepfun: 'stepfun',
  reka: 'reka',
  sarvam: 'sarvam',
};
