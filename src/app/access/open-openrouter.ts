import { systemClock } from '../../adapters/memory/system-clock.ts';
import type { Budget } from '../../core/ledger/budget.ts';
import type { HealthBook } from '../../core/routing/health/health-book.ts';
import type { Administration } from '../../gateway/admin/administration.ts';
import type { CompiledConfig } from '../../gateway/compiled-config.ts';
import type { Incoming, WireReply } from '../../gateway/incoming.ts';
import type { KeptTools } from '../../gateway/skins/openrouter/api/face-route.ts';
import type { OpenrouterApi } from '../../gateway/skins/openrouter/api/openrouter-api.ts';
import type { Ids } from '../../ports/ids.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import type { OpenedKept } from './open-kept.ts';
import { tellsFailure } from './tells-failure.ts';

/** What OpenRouter's clients ask beside answers. */
export interface OpenedOpenrouter {
  /** Undefined for a path it does not have. */
  handle(incoming: Incoming, managing: boolean): Promise<WireReply | undefined>;
}

interface FaceSettings {
  readonly ids: Ids;
  readonly write: (line: string) => void;
  readonly keys: KeyRing;
  readonly health: HealthBook;
  config(orgId: string): CompiledConfig;
  /** Undefined where nothing is kept. */
  administration(): Promise<Administration> | undefined;
}

/** Its catalogue is there without a data directory; keys, credits and generations are not. Loaded with the first question. */
export const openOpenrouter = ({ store, access }: OpenedKept, settings: FaceSettings): OpenedOpenrouter => {
  let loaded: Promise<OpenrouterApi> | undefined;
  const kept = (): Promise<KeptTools> | undefined => {
    const administration = settings.administration();
    if (store === undefined || access === undefined || administration === undefined) return undefined;
    const { mint } = access;
    const standing = (budget: Budget) => store.money.ledger.standing(budget);
    return administration.then((ready) => ({ administration: ready, facts: store.read, mint, standing }));
  };
  return {
    handle: async (incoming, managing) => {
      loaded ??= load(kept, settings);
      return (await loaded).handle(incoming, managing);
    },
  };
};

const load = async (
  kept: () => Promise<KeptTools> | undefined,
  { ids, write, keys, health, config }: FaceSettings,
): Promise<OpenrouterApi> => {
  const { OpenrouterApi } = await import('../../gateway/skins/openrouter/api/openrouter-api.ts');
  return new OpenrouterApi({
    tools: { keys, clock: systemClock, health, config, kept },
    nextId: () => ids.next(),
    failed: tellsFailure(write, "OpenRouter's routes"),
  });
};
