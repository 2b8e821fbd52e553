import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Json, JsonObject } from '../../src/core/json/json.ts';
import { asMessages } from './hosted-messages.ts';

/** What a correct reading of one alternative is. Members are absent or null where the answer has none. */
export interface ExpectedChoice {
  readonly text?: string | null;
  readonly text_parts?: readonly string[];
  readonly reasoning_text?: string | null;
  readonly refusal?: string | null;
  /** Some answers have numbers for words. */
  readonly finish_reason_native?: string | number | null;
  readonly block_reason?: string;
  /** What the model means to do with its tools, told apart from its thoughts (Cohere). */
  readonly tool_plan?: string;
  readonly stream_truncated?: boolean;
  readonly tool_calls?: readonly {
    readonly name: string;
    readonly type?: string;
    readonly arguments: Json;
    readonly arguments_raw?: string;
    readonly arguments_unparsable?: boolean;
  }[];
}

/** What a correct reading of a recorded answer is. */
export interface Expected extends ExpectedChoice {
  readonly usage?: {
    readonly input_total?: number | null;
    readonly output_total?: number | null;
    readonly cached?: number | null;
    readonly cache_write?: number | null;
    readonly reasoning?: number | null;
    /** What tools of the provider put into the prompt, counted apart. */
    readonly tool_use_prompt?: number | null;
  } | null;
  readonly model?: string | null;
  readonly choices?: readonly ExpectedChoice[];
  readonly other_items?: readonly unknown[];
  readonly stream_error?: unknown;
  readonly error?: { readonly status: number; readonly message?: string | null };
  readonly rerank?: readonly { readonly index: number; readonly score: number }[];
  readonly embeddings?: {
    readonly n?: number;
    readonly dim?: number;
    readonly head?: readonly number[];
    readonly encoding?: string;
  };
}

/** One recorded exchange with a provider. */
export interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly api: string;
  readonly url: string;
  readonly request_headers: Readonly<Record<string, string>> | null;
  readonly request_body: Json;
  readonly request_body_encoding: 'json' | 'base64' | null;
  readonly status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response_body: string;
  readonly response_body_encoding: 'text' | 'base64';
  readonly stream: boolean;
  readonly stream_format: string | null;
  readonly tags: readonly string[];
  readonly expect: Expected | null;
}

/** Reads every `*.jsonl.gz` of a folder. `quick` keeps the exchanges the folder's index marks so, when there is an index. */
export const readExchanges = (directory: string, quick: boolean): readonly Exchange[] => {
  const wanted = quick ? quickIds(directory) : undefined;
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(join(directory, name)))
        .toString('utf8')
        .split('\n'),
    )
    .filter((line) => line !== '')
    .map((line) => completed(asMessages(JSON.parse(line) as Exchange)))
    .filter((exchange) => wanted === undefined || wanted.has(exchange.id));
};

/** Corrections of the recordings' reading, each named in docs/corpus.md. */
const completed = (exchange: Exchange): Exchange => withBytes(withReasoning(exchange));

/** A vector of one byte for each dimension that was asked for holds signed bytes, and not floats. */
const withBytes = (exchange: Exchange): Exchange => {
  const { expect } = exchange;
  const dimensions = requestObject(exchange)?.['dimensions'];
  if (expect?.embeddings?.encoding !== 'base64' || typeof dimensions !== 'number') return exchange;
  const first = /"embedding":\s*"([^"]+)"/.exec(exchange.response_body)?.[1] ?? '';
  const bytes = Buffer.from(first, 'base64');
  if (bytes.length !== dimensions) return exchange;
  const head = [...bytes.subarray(0, 4)].map((byte) => (byte << 24) >> 24);
  return { ...exchange, expect: { ...expect, embeddings: { ...expect.embeddings, dim: dimensions, head } } };
};

/** What Cohere counts as reasoning is left out; the answer says it. */
const withReasoning = (exchange: Exchange): Exchange => {
  const { api, expect, response_body: answer } = exchange;
  const usage = expect?.usage;
  if (api !== 'cohere_chat' || usage === null || usage === undefined) return exchange;
  const reasoning = [...answer.matchAll(/"reasoning_tokens":\s*(\d+)/g)].at(-1)?.[1];
  return reasoning === undefined
    ? exchange
    : { ...exchange, expect: { ...expect, usage: { ...usage, reasoning: Number(reasoning) } } };
};

const quickIds = (directory: string): ReadonlySet<string> | undefined => {
  const path = join(directory, 'index.tsv');
  if (!existsSync(path)) return undefined;
  const [head = '', ...rows] = readFileSync(path, 'utf8').split('\n');
  const column = head.split('\t').indexOf('quick');
  return new Set(
    rows
      .map((row) => row.split('\t'))
      .filter((row) => row[column] === '1')
      .map((row) => row[0] ?? ''),
  );
};

/** The request's body, when it was recorded and is a JSON object. */
export const requestObject = (exchange: Exchange): JsonObject | undefined => {
  const { request_body: body, request_body_encoding: encoding } = exchange;
  return encoding === 'json' && typeof body === 'object' && body !== null && !Array.isArray(body)
    ? (body as JsonObject)
    : undefined;
};
