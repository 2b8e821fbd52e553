/** Vocabularies that are public and come with the program. */
export const vocabularies = ['o200k', 'cl100k'] as const;
export type Vocabulary = (typeof vocabularies)[number];

/**
 * How tokens of a model's family are counted when its provider does not say. Families without a public vocabulary are counted with one that is and
 * scaled: what differs between languages, code and numbers then differs alike. The factors were measured on recorded answers.
 */
export interface TokenRule {
  readonly vocabulary: Vocabulary;
  /** Tokens of the family for a thousand of the vocabulary's. */
  readonly perThousand: number;
  /** What wraps a call of a tool, beside its name and arguments. */
  readonly callTokens: number;
  /** What wraps a message of the prompt. */
  readonly messageTokens: number;
}

const family = (perThousand: number, callTokens: number, messageTokens = 4): TokenRule => ({
  vocabulary: 'o200k',
  perThousand,
  callTokens,
  messageTokens,
});

const gpt: TokenRule = { vocabulary: 'o200k', perThousand: 1000, callTokens: 8, messageTokens: 3 };

/** The first that fits a model's name. */
const rules: readonly (readonly [RegExp, TokenRule])[] = [
  [/gpt-(?:3|4(?![o.\d]))|text-embedding|davinci|babbage/, { ...gpt, vocabulary: 'cl100k' }],
  [/gpt|\bo[134]\b|chatgpt|codex/, gpt],
  [/claude/, family(1220, 42)],
  [/gemini/, family(1070, 0)],
  [/gemma/, family(1100, 4)],
  [/deepseek/, family(1020, 22)],
  [/llama/, family(1030, 4)],
  [/mistral|mixtral|codestral|magistral|ministral|pixtral|devstral|voxtral/, family(1090, 3)],
  [/qwen|qwq/, family(1020, 16)],
  [/grok/, family(1000, 4)],
  [/command|c4ai|aya/, family(1100, 42)],
  [/nova/, family(1000, 18)],
  [/jamba/, family(1120, 12)],
  [/glm/, family(1030, 4)],
];

const other = family(1040, 8);

export const tokenRuleOf = (model: string): TokenRule => {
  const name = model.toLowerCase();
  return rules.find(([pattern]) => pattern.test(name))?.[1] ?? other;
};

/** Tokens of a text by its bytes alone, for where nothing better is at hand. It errs on the side of more. */
export const tokensOfBytes = (bytes: number): number => Math.ceil(bytes / 3.5);
