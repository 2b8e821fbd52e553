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

/** The time a word takes grows with the square of its length, so one without an end is counted in pieces. */
const endlessWord = /\S{2000,}/;
const pieceLength = 1000;

const inPieces = (text: string): readonly string[] => {
  if (!endlessWord.test(text)) return [text];
  return Array.from({ length: Math.ceil(text.length / pieceLength) }, (_, at) =>
    text.slice(at * pieceLength, (at + 1) * pieceLength),
  );
};

const count = async ({ id, vocabulary, texts }: CountRequest): Promise<void> => {
  const { countTokens } = await loaders[vocabulary]();
  const tokens = texts.flatMap(inPieces).reduce((sum, text) => sum + countTokens(text, options), 0);
  self.postMessage({ id, tokens });
};

self.onmessage = ({ data }) => void count(data);
