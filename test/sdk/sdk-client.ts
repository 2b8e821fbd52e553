import type { DialectId } from '../../src/core/ir/index.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly schema: JsonObject;
}

export interface Picture {
  readonly mimeType: string;
  readonly base64: string;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** `raw` is an earlier answer as the client's own user would keep it to send it back. */
export type Said<Raw> =
  | { readonly by: 'user'; readonly text: string; readonly picture?: Picture }
  | { readonly by: 'model'; readonly raw: Raw }
  | { readonly by: 'tools'; readonly results: readonly { readonly call: Call; readonly text: string }[] };

/** What a user wants, whatever the client: each client says it in its own words. */
export interface Ask<Raw> {
  readonly model: string;
  readonly system?: string;
  readonly said: readonly Said<Raw>[];
  readonly tools?: readonly Tool[];
  readonly mustCall?: string;
  /** Think with medium effort and show it. */
  readonly think?: true;
  readonly schema?: JsonObject;
  readonly maxTokens?: number;
}

/** Totals contain their parts: `input` the cached tokens, `output` the reasoning. A part the client's user cannot see is undefined. */
export interface HeardUsage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly reasoning?: number | undefined;
}

/** What the client's user sees of an answer. `finish` is the client's own word. */
export interface Heard<Raw> {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Call[];
  readonly finish: string;
  readonly usage: HeardUsage;
  readonly raw: Raw;
}

export interface How {
  readonly stream: boolean;
  readonly signal?: AbortSignal;
  /** Told every piece of text of a stream as it comes. */
  readonly onPiece?: (piece: string) => void;
}

export interface Speaker<Raw> {
  say(ask: Ask<Raw>, how: How): Promise<Heard<Raw>>;
}

/** An error as the client's user sees it: `kind` is what they would test it for. */
export interface Failure {
  readonly kind: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** What of its thoughts a client shows, and what of them its own second request still has. */
export interface Thoughts {
  readonly seen: boolean;
  /** Thoughts with a seal, with it. */
  readonly sealed: boolean;
  /** Thoughts without a seal. */
  readonly bare: boolean;
  /** Seals that stand on a call. */
  readonly callSeals: boolean;
}

export const allThoughts: Thoughts = { seen: true, sealed: true, bare: true, callSeals: true };
export const noThoughts: Thoughts = { seen: false, sealed: false, bare: false, callSeals: false };

export interface Connection {
  /** Root of the gateway, without a path. */
  readonly url: string;
  readonly key: string;
  readonly retries: number;
}

/** A failure the gateway's users must be able to tell apart. */
export type FailureName =
  | 'bad-request'
  | 'wrong-key'
  | 'unknown-model'
  | 'rate-limit'
  | 'server'
  | 'overloaded'
  | 'upstream-key';

/** One official client, told in words that the scenarios can speak. */
export interface SdkClient<Raw> {
  readonly name: string;
  readonly door: DialectId;
  connect(to: Connection): Speaker<Raw>;
  /** What its users cannot have of it. */
  readonly lacks?: readonly ('retries' | 'forced calls')[];
  /** The client's words for why an answer ended. */
  readonly finish: { readonly stop: string; readonly length: string; readonly calls: string };
  /** Its error classes, and those for an error inside a stream. */
  readonly failures: Readonly<Record<FailureName, string>>;
  readonly brokenStream: readonly string[];
  failure(error: unknown): Failure;
  /** Whether its user sees thoughts, and whether what the client sends back still has them and their seals. */
  readonly thoughts: Thoughts;
  /** Parts of the usage that its user can see. */
  readonly counts: { readonly cacheRead: boolean; readonly cacheWrite: boolean; readonly reasoning: boolean };
}

/** An error's own class name, for clients that have one class a status. */
export const className = (error: unknown): string =>
  error instanceof Error ? error.constructor.name : `not an error: ${String(error)}`;

/** A numeric `status` of an error; undefined when it has none. */
export const statusOf = (error: unknown): number | undefined => {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
