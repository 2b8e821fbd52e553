import type { Json, JsonObject } from '../json/json.ts';
import type { DialectId } from './dialect-id.ts';

/** Members that only one dialect knows (item ids, beta fields), kept under its name so that they return home and travel nowhere else. */
export type Meta = Readonly<Partial<Record<DialectId, JsonObject>>>;

/** A prompt-cache mark: the prefix that ends here may be cached. No `ttl` means the provider's default (5 minutes at Anthropic). */
export interface CacheMark {
  readonly ttl?: '5m' | '1h';
}

/**
 * A token that a provider signed or encrypted and wants back unread: Anthropic thinking signatures and redacted thinking, OpenAI encrypted
 * reasoning, Gemini thought signatures. Worthless to any other dialect; see `seal.ts` for how one crosses a foreign door.
 */
export interface Seal {
  readonly dialect: DialectId;
  readonly value: string;
}

interface BlockCommon {
  readonly cache?: CacheMark;
  readonly meta?: Meta;
}

export interface TextBlock extends BlockCommon {
  readonly kind: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  /** Gemini signs text parts too. */
  readonly seal?: Seal;
}

/** Reasoning the model shows (or hides: `redacted` has only a seal). `form` tells a provider-written summary from the model's own words. */
export interface ThinkingBlock extends BlockCommon {
  readonly kind: 'thinking';
  readonly text: string;
  readonly form?: 'summary';
  readonly redacted?: true;
  readonly seal?: Seal;
}

export interface RefusalBlock extends BlockCommon {
  readonly kind: 'refusal';
  readonly text: string;
}

/** A call of a client's tool. `argumentsJson` is the text as the model wrote it: JSON for functions (may be cut), free text when `custom`. */
export interface ToolCallBlock extends BlockCommon {
  readonly kind: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly argumentsJson: string;
  readonly custom?: true;
  readonly seal?: Seal;
}

/** What a client's tool answered. `name` is filled where the wire carries it (Gemini); `custom` answers a custom tool call. */
export interface ToolResultBlock extends BlockCommon {
  readonly kind: 'tool-result';
  readonly callId: string;
  readonly name?: string;
  readonly blocks: readonly Block[];
  readonly failed: boolean;
  readonly custom?: true;
}

export type MediaKind = 'image' | 'document' | 'audio' | 'video';

/** `base64` data has no `data:` prefix. `file` names a file the provider holds. `text` is a plain-text document given inline. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly id: string };

export interface MediaBlock extends BlockCommon {
  readonly kind: 'media';
  readonly media: MediaKind;
  /** Such as `image/png`; undefined when the wire does not say (a bare image URL). */
  readonly mimeType?: string;
  readonly source: MediaSource;
  readonly filename?: string;
  /** OpenAI's `detail` of an image: `low`, `high`, `auto`, or what comes. */
  readonly detail?: string;
  /** A document's title and context, and whether the model may cite it (Anthropic). */
  readonly title?: string;
  readonly context?: string;
  readonly citable?: boolean;
  readonly seal?: Seal;
}

/** Anything only its own dialect understands (server tools and their results, compaction items). It returns home untouched, or is dropped by name. */
export interface OpaqueBlock extends BlockCommon {
  readonly kind: 'opaque';
  readonly dialect: DialectId;
  /** The wire's own type word, for warnings: `server_tool_use`, `executableCode`. */
  readonly type: string;
  readonly value: Json;
}

export type Block =
  | TextBlock
  | ThinkingBlock
  | RefusalBlock
  | ToolCallBlock
  | ToolResultBlock
  | MediaBlock
  | OpaqueBlock;

/**
 * Where a statement comes from. `start` and `end` are offsets into the answer's text block, in UTF-16 units, when the wire gives them
 * (a codec converts from bytes). `wire` keeps the citation as the provider wrote it.
 */
export type Citation = {
  readonly start?: number;
  readonly end?: number;
  readonly citedText?: string;
  readonly title?: string;
  readonly wire?: { readonly dialect: DialectId; readonly value: Json };
} & (
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'document'; readonly documentIndex: number; readonly location?: DocumentLocation }
  | { readonly kind: 'file'; readonly fileId: string }
  | { readonly kind: 'other' }
);

/** Half-open range in the cited document, counted as `unit` says (characters and blocks from 0, pages from 1). */
export interface DocumentLocation {
  readonly unit: 'char' | 'page' | 'block';
  readonly start: number;
  readonly end: number;
}
