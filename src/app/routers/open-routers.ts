import { systemClock } from '../../adapters/memory/system-clock.ts';
import { TrainingThread } from '../../adapters/routers/training-thread.ts';
import { SqliteDecisionStore } from '../../adapters/sqlite/decisions/decision-store.ts';
import type { CompiledConfig } from '../../gateway/compiled-config.ts';
import type { Incoming, WireReply } from '../../gateway/incoming.ts';
import type { RecommendApi } from '../../gateway/routers/recommend-api.ts';
import type { NotDiamondApi } from '../../gateway/skins/notdiamond/notdiamond-api.ts';
import type { Ids } from '../../ports/ids.ts';
import type { OpenedKept } from '../access/open-kept.ts';
import { tellsFailure } from '../access/tells-failure.ts';
import type { RouterParts } from './router-parts.ts';

/** What recommends models and trains routers. */
export interface OpenedRouters {
  /** In Not Diamond's manners. */
  handle(incoming: Incoming): Promise<WireReply>;
  /** Natively; `passOn` takes what names no router. */
  recommend(incoming: Incoming, passOn: (incoming: Incoming) => Promise<WireReply>): Promise<WireReply>;
  close(): void;
}

interface RouterSettings {
  readonly ids: Ids;
  readonly parts: () => Promise<RouterParts>;
  readonly write: (line: string) => void;
  config(): CompiledConfig;
  draining(): boolean;
}

interface Loaded {
  readonly notDiamond: NotDiamondApi;
  readonly recommend: RecommendApi;
}

/** Undefined where nothing is kept. Loaded with the first question: a gateway nobody asks for a model has none of it in memory. */
export const openRouters = ({ store, access }: OpenedKept, settings: RouterSettings): OpenedRouters | undefined => {
  const { write } = settings;
  if (store === undefined || access === undefined) return undefined;
  const decisions = new SqliteDecisionStore(store.thread, (error) =>
    write(`Decisions could not be kept: ${textOf(error)}`),
  );
  const trainer = new TrainingThread();
  let loaded: Promise<Loaded> | undefined;
  const load = async (): Promise<Loaded> => {
    const [{ NotDiamondApi }, { RecommendApi }, { TrainingDesk }, { engine, kept }] = await Promise.all([
      import('../../gateway/skins/notdiamond/notdiamond-api.ts'),
      import('../../gateway/routers/recommend-api.ts'),
      import('../../gateway/routers/training-desk.ts'),
      settings.parts(),
    ]);
    if (kept === undefined) throw new Error('Routers are kept where calls are, and no folder was given.');
    const { store: routers, directory } = kept;
    const { ids, config, draining } = settings;
    const training = new TrainingDesk({
      trainer,
      store: routers,
      directory,
      clock: systemClock,
      ids,
      failed: (jobId, error) => write(`The training ${jobId} failed: ${textOf(error)}`),
    });
    const tools = { keys: access.keys, clock: systemClock, ids, engine, directory, decisions, config };
    const failed = tellsFailure(write, 'Choosing a model');
    return {
      notDiamond: new NotDiamondApi({ tools: { ...tools, routers, training }, draining, failed }),
      recommend: new RecommendApi(tools, failed),
    };
  };
  const opened = (): Promise<Loaded> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    handle: async (incoming) => (await opened()).notDiamond.handle(incoming),
    recommend: async (incoming, passOn) => (await opened()).recommend.handle(incoming, passOn),
    close: () => {
      trainer.close();
      decisions.close();
    },
  };
};

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
