import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { DirectoryChange, DirectorySource } from '../../ports/access/directory-source.ts';
import type { DataKeys } from '../../ports/access/secret-seal.ts';
import { readSnapshot } from '../../ports/access/snapshot-text.ts';
import type {
  AdminStore,
  Created,
  NewObject,
  ObjectChange,
  ObjectPage,
  ObjectQuery,
  ObjectRepository,
  StoredObject,
  VersionPage,
  VersionQuery,
} from '../../ports/admin-store.ts';
import type { StoreThread } from './store-thread.ts';

/** The objects that the store thread keeps. */
export class SqliteAdminStore implements AdminStore {
  readonly #thread: Pick<StoreThread, 'call'>;

  constructor(thread: Pick<StoreThread, 'call'>) {
    this.#thread = thread;
  }

  of(orgId: string): ObjectRepository {
    const thread = this.#thread;
    return {
      create: <Kind extends ObjectKind>(asked: NewObject<Kind>) =>
        thread.call('objects.create', { orgId, asked }) as Promise<Created<Kind>>,
      get: <Kind extends ObjectKind>(kind: Kind, id: string) =>
        thread.call('objects.get', { orgId, asked: { kind, id } }) as Promise<StoredObject<Kind> | undefined>,
      list: <Kind extends ObjectKind>(asked: ObjectQuery<Kind>) =>
        thread.call('objects.list', { orgId, asked }) as Promise<ObjectPage<Kind>>,
      versions: <Kind extends ObjectKind>(asked: VersionQuery<Kind>) =>
        thread.call('objects.versions', { orgId, asked }) as Promise<VersionPage<Kind>>,
      update: <Kind extends ObjectKind>(asked: ObjectChange<Kind>) =>
        thread.call('objects.update', { orgId, asked }) as Promise<StoredObject<Kind>>,
      remove: (kind, id, expectedRevision) =>
        thread.call('objects.remove', {
          orgId,
          asked: { kind, id, ...(expectedRevision === undefined ? {} : { expectedRevision }) },
        }),
      addHash: (asked) => thread.call('objects.addHash', { orgId, asked }),
    };
  }

  organisations(query: { readonly after?: string; readonly limit: number }): Promise<ObjectPage<'organisation'>> {
    return this.#thread.call('objects.organisations', query);
  }

  findHash(hash: string): Promise<StoredObject<'key'> | undefined> {
    return this.#thread.call('objects.findHash', { hash, nowMs: Date.now() });
  }
}

/** The organisations' data keys, wrapped. */
export const dataKeys = (thread: StoreThread): DataKeys => ({
  all: () => thread.call('seals.dataKeys', {}),
  add: (key) => thread.call('seals.addDataKey', key),
  replace: (keys) => thread.call('seals.replaceDataKeys', { keys }),
});

/** What the directory follows. */
export const directorySource = (thread: StoreThread): DirectorySource => ({
  snapshot: async (kind) => readSnapshot(await thread.call('objects.snapshot', kind === undefined ? {} : { kind })),
  follow: (changed) => thread.listen('objects', (payload) => changed(payload as DirectoryChange)),
  readable: () => !thread.broken,
});
