import type { SQL } from 'bun';
import { changeChannel } from './append-change.ts';
import type { ChangeFeed } from './change-feed.ts';

/** Changes reach a node by this time where nothing tells it of them: a pooler in transaction mode swallows notifications. */
const pollMs = 3000;
/** How long to wait before a connection that could not listen tries again. */
const listenAgainMs = 5000;

export interface Following {
  stop(): Promise<void>;
}

/**
 * Reads changes when the database tells of one, and every few seconds. `listener`: a client of its own with one connection, since who listens holds it.
 * `failed`: told what a reading failed with, and nothing when one went well.
 */
export const followChanges = (
  feed: ChangeFeed,
  { listener, failed }: { readonly listener: SQL; readonly failed: (error?: unknown) => void },
): Following => {
  let stopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const read = (): void => {
    feed.catchUp().then(
      () => failed(),
      (error: unknown) => failed(error),
    );
  };
  const listen = (): void => {
    if (stopped) return;
    // A connection that is lost is made again by the client, which then says so: what was told meanwhile is read.
    listener.listen(changeChannel, read, read).catch(() => {
      again = setTimeout(listen, listenAgainMs);
    });
  };
  listen();
  const poll = setInterval(read, pollMs);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(poll);
      clearTimeout(again);
      await listener.close({ timeout: 0 });
    },
  };
};
