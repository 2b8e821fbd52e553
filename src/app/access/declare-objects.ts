import type { StoreThread } from '../../adapters/sqlite/store-thread.ts';
import type { DeclaredObject } from '../../core/access/declared-object.ts';
import type { KeyMint } from '../../ports/access/key-mint.ts';

/** Makes the objects of the config file what it says. Rejects with `GatewayError`, and then nothing was changed. */
export const declareObjects = async (
  thread: StoreThread,
  mint: KeyMint,
  objects: readonly DeclaredObject[],
): Promise<void> => {
  await thread.call('objects.declare', {
    objects: objects.map(({ secret, ...object }) => {
      if (secret === undefined) return object;
      return 'key' in secret
        ? { ...object, hash: mint.hash(secret.key), shown: mint.shown(secret.key) }
        : { ...object, hash: mint.hashOfSha256(secret.sha256), shown: `sha256:${secret.sha256.slice(0, 8)}…` };
    }),
  });
};
