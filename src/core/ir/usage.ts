import type { Json } from '../json/json.ts';
import type { PieceUnit, PriceService } from '../money/price.ts';
import type { DialectId } from './dialect-id.ts';

/**
 * Tokens of one answer, in one meaning for every provider. Parts are contained in their totals: `inputTokens` counts cache reads and
 * writes, `outputTokens` counts reasoning. A part the provider did not report is undefined, never 0.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What the provider's own tools put into the prompt, where it is counted beside `inputTokens` (Gemini): not contained in it. */
  readonly toolInputTokens?: number;
  readonly cacheReadTokens?: number;
  /** All cache writes, whatever their lifetime. */
  readonly cacheWriteTokens?: number;
  /** Of the writes, those kept one hour. */
  readonly cacheWriteOneHourTokens?: number;
  readonly reasoningTokens?: number;
  readonly audioInputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly imageInputTokens?: number;
  readonly imageOutputTokens?: number;
  /** What the provider's own tools and its meters counted by the piece: searches, seconds of sound. Pieces nobody used are absent. */
  readonly pieces?: Readonly<Partial<Record<PieceUnit, number>>>;
  /** How the call was served when it was not the standard way: it has another price. */
  readonly service?: PriceService;
  /** The usage object as the provider wrote it. */
  readonly wire?: { readonly dialect: DialectId; readonly value: Json };
}
