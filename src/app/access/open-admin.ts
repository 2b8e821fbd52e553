import { systemClock } from '../../adapters/memory/system-clock.ts';
import { HookSecret } from '../../adapters/seal/hook-secret.ts';
import type { CreditSettings } from '../../contract/settings.ts';
import { indexOf } from '../../core/catalog/names/name-index.ts';
import type { Budget } from '../../core/ledger/budget.ts';
import type { AdminApi } from '../../gateway/admin/admin-api.ts';
import type { Administration } from '../../gateway/admin/administration.ts';
import type { CompiledConfig } from '../../gateway/compiled-config.ts';
import type { DecisionApi } from '../../gateway/decisions/decision-api.ts';
import type { Incoming, WireReply } from '../../gateway/incoming.ts';
import { takesKey } from '../../gateway/organisation-config.ts';
import type { LitellmApi } from '../../gateway/skins/litellm/litellm-api.ts';
import type { PortkeyApi } from '../../gateway/skins/portkey/portkey-api.ts';
import type { AdminStore } from '../../ports/admin-store.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { OpenedStore } from '../open-store.ts';
import { version } from '../version.ts';
import type { OpenedAccess } from './open-access.ts';
import type { OpenedKept } from './open-kept.ts';
import { tellsFailure } from './tells-failure.ts';

/** What administrators use: `administration` by every face, `handle` by the native one. */
export interface OpenedAdmin {
  administration(): Promise<Administration>;
  handle(incoming: Incoming): Promise<WireReply>;
  /** In LiteLLM's manners. */
  handleLitellm(incoming: Incoming): Promise<WireReply>;
  /** Why calls went where they went. */
  handleDecisions(incoming: Incoming): Promise<WireReply>;
  /** In Portkey's manners. */
  handlePortkey(incoming: Incoming): Promise<WireReply>;
}

interface AdminSettings {
  readonly ids: Ids;
  readonly write: (line: string) => void;
  readonly credits: CreditSettings | undefined;
  config(): CompiledConfig;
  draining(): boolean;
}

/** Undefined where nothing is kept. The contracts are loaded with the first question: they cost as much as the rest of the start. */
export const openAdmin = ({ store, access }: OpenedKept, settings: AdminSettings): OpenedAdmin | undefined => {
  if (store === undefined || access === undefined) return undefined;
  let loaded: Promise<Loaded> | undefined;
  let skin: Promise<LitellmApi> | undefined;
  let portkey: Promise<PortkeyApi> | undefined;
  let decisions: Promise<DecisionApi> | undefined;
  const load = (): Promise<Loaded> => {
    loaded ??= loadAdmin(store, access, settings);
    return loaded;
  };
  return {
    administration: async () => (await load()).administration,
    handle: async (incoming) => (await load()).api.handle(incoming),
    handleLitellm: async (incoming) => {
      const { administration } = await load();
      skin ??= loadLitellm(administration, { store, access }, settings);
      return (await skin).handle(incoming);
    },
    handleDecisions: async (incoming) => {
      decisions ??= loadDecisions({ store, access }, settings);
      return (await decisions).handle(incoming);
    },
    handlePortkey: async (incoming) => {
      const { administration } = await load();
      portkey ??= loadPortkey(administration, access, settings);
      return (await portkey).handle(incoming);
    },
  };
};

interface Loaded {
  readonly administration: Administration;
  readonly api: AdminApi;
}

const loadAdmin = async ({ money }: OpenedStore, access: OpenedAccess, settings: AdminSettings): Promise<Loaded> => {
  const { ids, write, config } = settings;
  const [{ Administration }, { AdminApi }] = await Promise.all([
    import('../../gateway/admin/administration.ts'),
    import('../../gateway/admin/admin-api.ts'),
  ]);
  const administration = new Administration({
    store: access.store,
    mint: access.mint,
    ids,
    clock: systemClock,
    seal: access.seal,
    usableProvider: (id) => config().providers.some((provider) => provider.entry.id === id && takesKey(provider)),
    spent: (budget) => money.ledger.standing(budget).settledNanoUsd,
    credits: (budget) => money.ledger.credits(budget),
  });
  const api = new AdminApi({
    administration,
    keys: access.keys,
    version,
    payments: await paymentHook(money.ledger, access.store, settings.credits),
    nextId: () => ids.next(),
    failed: tellsFailure(write, 'The admin API'),
  });
  return { administration, api };
};

const paymentHook = async (ledger: Ledger, store: AdminStore, settings: CreditSettings | undefined) => {
  if (settings?.hookSecret === undefined) return undefined;
  const { PaymentHook } = await import('../../gateway/admin/credits/payment-hook.ts');
  const { hookSecret, feePartsPerMillion, leastFeeNanoUsd, expireAfter } = settings;
  return new PaymentHook({
    store,
    clock: systemClock,
    secret: new HookSecret(hookSecret),
    fee: { partsPerMillion: feePartsPerMillion, leastNanoUsd: leastFeeNanoUsd },
    expiresIn: expireAfter,
    credits: (budget) => ledger.credits(budget),
  });
};

const loadLitellm = async (
  administration: Administration,
  { store, access }: Required<Pick<OpenedKept, 'store' | 'access'>>,
  { ids, write, config, draining }: AdminSettings,
): Promise<LitellmApi> => {
  const { LitellmApi } = await import('../../gateway/skins/litellm/litellm-api.ts');
  const { keys, mint } = access;
  const tools = {
    administration,
    facts: store.read,
    keys,
    mint,
    clock: systemClock,
    version,
    tokenizer: store.money.tokenizer,
    deployments: access.deployments,
    config,
    draining,
    standing: (budget: Budget) => store.money.ledger.standing(budget),
  };
  return new LitellmApi({
    tools,
    nextId: () => ids.next(),
    failed: tellsFailure(write, "LiteLLM's routes"),
  });
};

const loadPortkey = async (
  administration: Administration,
  { keys }: OpenedAccess,
  { ids, write, config }: AdminSettings,
): Promise<PortkeyApi> => {
  const { PortkeyApi } = await import('../../gateway/skins/portkey/portkey-api.ts');
  const providerNamed = (name: string): string | undefined => indexOf(config()).byAlias.get(name)?.entry.id;
  return new PortkeyApi({
    tools: { administration, providerNamed, nextId: () => ids.next() },
    keys,
    failed: tellsFailure(write, "Portkey's routes"),
  });
};

const loadDecisions = async (
  { store, access }: Required<Pick<OpenedKept, 'store' | 'access'>>,
  { ids, write, config }: AdminSettings,
): Promise<DecisionApi> => {
  const { DecisionApi } = await import('../../gateway/decisions/decision-api.ts');
  return new DecisionApi({
    facts: store.read,
    keys: access.keys,
    config,
    nextId: () => ids.next(),
    failed: tellsFailure(write, 'The list of decisions'),
  });
};
