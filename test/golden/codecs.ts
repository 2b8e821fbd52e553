import type { ChatDoor, ChatUpstream } from '../../src/core/dialects/dialect.ts';
import { dialects } from '../../src/core/dialects/index.ts';
import { type GoldenDialect, goldenDialects } from './conversation.ts';

export interface Codec {
  readonly id: GoldenDialect;
  readonly door: ChatDoor;
  readonly upstream: ChatUpstream;
}

/** Both halves of the chat dialects with canonical conversations. */
export const codecs: readonly Codec[] = goldenDialects.map((id) => {
  const chat = dialects[id].chat;
  if (chat === undefined) throw new Error(`${id} serves no chat`);
  return { id, ...chat };
});
