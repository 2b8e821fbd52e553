/** A source the answer names. `start` and `end` are UTF-16 offsets into its text part. */
export interface AnswerCitation {
  readonly url: string;
  readonly title: string;
  readonly citedText: string;
  readonly start: number;
  readonly end: number;
}

/** `pieces` are what a stream sends one by one; a plain answer has them joined. */
export type AnswerPart =
  | { readonly kind: 'text'; readonly pieces: readonly string[]; readonly citations?: readonly AnswerCitation[] }
  | { readonly kind: 'thinking'; readonly pieces: readonly string[]; readonly signature?: string }
  | { readonly kind: 'refusal'; readonly pieces: readonly string[] }
  | {
      readonly kind: 'tool-call';
      readonly name: string;
      readonly pieces: readonly string[];
      /** Absent: made by the writer in the dialect's manner. */
      readonly id?: string;
      readonly custom?: true;
    }
  /** Base64 without a `data:` prefix. */
  | { readonly kind: 'image'; readonly mimeType: string; readonly data: string };

export type AnswerFinish = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'stop-sequence';

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

export interface AnswerChoice {
  readonly parts: readonly AnswerPart[];
  readonly finish: AnswerFinish;
  readonly stopSequence?: string;
  readonly logprobs?: readonly TokenLogprob[];
}

/** Totals contain their parts: `inputTokens` the cache reads and writes, `outputTokens` the reasoning. */
export interface AnswerUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
}

/** What a simulated model says, whatever the wire it goes by. */
export interface SimulatedAnswer {
  readonly choices: readonly AnswerChoice[];
  readonly usage: AnswerUsage;
  /** The model the answer names; the request's when absent. */
  readonly model?: string;
  /** Streams send the pieces of neighbouring tool calls in turns. */
  readonly interleaved?: boolean;
}

/** What a writer needs beside the answer. `serial` makes ids: letters and digits, unique for each answer. */
export interface WriteContext {
  readonly model: string;
  readonly serial: string;
  readonly createdSeconds: number;
}

/** Text as a stream sends it: words with the white space before them. */
export const piecesOf = (text: string): readonly string[] =>
  text.match(/\s*\S+\s*$|\s*\S+|\s+$/g) ?? (text === '' ? [] : [text]);

export const textOf = (parts: readonly AnswerPart[], kind: 'text' | 'thinking' | 'refusal'): string =>
  parts.flatMap((part) => (part.kind === kind ? part.pieces : [])).join('');
