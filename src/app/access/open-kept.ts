import type { CallsOnce } from '../../ports/calls-once.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { type OpenedStore, openStore } from '../open-store.ts';
import { type OpenedAccess, openAccess } from './open-access.ts';
import { openOnce } from './open-once.ts';

/** What the data directory holds: money and facts, and who may call. */
export interface OpenedKept {
  readonly store?: OpenedStore;
  readonly access?: OpenedAccess;
  readonly once?: CallsOnce;
}

/** Opens all of it or nothing. Rejects with a `StoreError` that says what is in the way. */
export const openKept = async (settings: GatewaySettings, upstream: Upstream): Promise<OpenedKept> => {
  const {
    dataDirectory,
    config,
    masterKey,
    keyPepper,
    encryptionKey,
    write,
    acceptLoss = false,
    alertEgress,
  } = settings;
  if (dataDirectory === undefined) return {};
  const store = await openStore(dataDirectory, config.money, { write, acceptLoss, upstream, alertEgress });
  try {
    const access = await openAccess(store.thread, {
      dataDirectory,
      masterKey: masterKey.value,
      declared: config.declared,
      keyPepper,
      encryptionKey,
    });
    return { store, access, once: await openOnce(store, access, write) };
  } catch (error) {
    await store.close();
    throw error;
  }
};
