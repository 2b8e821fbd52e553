import type { Vocabulary } from '../../core/catalog/models/token-rules.ts';
import type { CountReply, CountRequest } from './token-messages.ts';

declare const self: {
  onmessage: ((event: { readonly data: CountRequest }) => void) | null;
  postMessage(message: CountReply): void;
};

type CountTokens = (text: string, options: { readonly disallowedSpecial: Set<string> }) => number;

/** Vocabularies are large, so each is loaded when somebody asks for it. */
const loaders: Readonly<Record<Vocabulary, () => Promise<{ readonly countTokens: CountTokens }>>> = {
  o200k: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k: () => import('gpt-tokenizer/encoding/cl100k_base'),
};

/** Words that mark the ends of messages are words like others in what people write. */
const options = { disallowedSpecial: new Set<string>() };

const count = async ({ id, vocabulary, texts }: CountRequest): Promise<void> => {
  const { countTokens } = await loaders[vocabulary]();
  self.postMessage({ id, tokens: texts.reduce((sum, text) => sum + countTokens(text, options), 0) });
};

self.onmessage = ({ data }) => void count(data);
