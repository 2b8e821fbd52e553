import { mkdirSync } from 'node:fs';
import { BudgetAlerts } from '../adapters/alerts/budget-alerts.ts';
import { FactSink } from '../adapters/ledger/fact-sink.ts';
import { openLedger } from '../adapters/ledger/open-ledger.ts';
import { systemClock } from '../adapters/memory/system-clock.ts';
import { sqliteFactStore } from '../adapters/sqlite/fact-store.ts';
import { sqliteResources } from '../adapters/sqlite/sqlite-resources.ts';
import { StoreThread } from '../adapters/sqlite/store-thread.ts';
import { TokenThread } from '../adapters/tokenizer/token-thread.ts';
import type { MoneySettings } from '../contract/settings.ts';
import type { Egress } from '../core/catalog/active-provider.ts';
import { PriceNames } from '../core/money/price-names.ts';
import { Drains } from '../gateway/line/money/drains.ts';
import type { MoneyRules, MoneyTools } from '../gateway/line/money/money-rules.ts';
import type { ExchangeSink } from '../ports/exchange-sink.ts';
import type { FactStore } from '../ports/fact-store.ts';
import type { Resources } from '../ports/resources.ts';
import type { Upstream } from '../ports/upstream.ts';
import { StoreError } from './store-error.ts';

/** Everything that is kept on disk, opened. */
export interface OpenedStore {
  readonly thread: StoreThread;
  readonly money: MoneyTools;
  readonly facts: ExchangeSink;
  /** What providers hold, and whose it is. */
  readonly resources: Resources;
  /** What was written down of exchanges, to be read. */
  readonly read: FactStore;
  /** Resolves when everything written so far can be read. */
  folded(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreTold {
  /** Takes lines for operators. */
  readonly write: (line: string) => void;
  /** Go on without what a damaged journal has lost. */
  readonly acceptLoss: boolean;
  /** Takes alerts to where they are wanted. */
  readonly upstream: Upstream;
  readonly alertEgress?: Egress | undefined;
}

/** Opens the data directory: the store thread with its database, the ledger and its journal. Rejects with a `StoreError` when another process has it, or when it is damaged. */
export const openStore = async (directory: string, settings: MoneySettings, told: StoreTold): Promise<OpenedStore> => {
  const { write } = told;
  const refused = (error: unknown): never => {
    throw new StoreError(textOf(error));
  };
  const thread = await openThread(directory).catch(refused);
  const { upstream, alertEgress: egress } = told;
  const alerts = new BudgetAlerts({ clock: systemClock, settings: settings.alerts, upstream, egress, write });
  const opened = await openLedger({
    directory,
    store: {
      begin: () => thread.call('ledger.begin', { acceptLoss: told.acceptLoss }),
      fold: () => thread.call('ledger.fold', {}),
    },
    clock: systemClock,
    syncFirst: settings.durability === 'power',
    passed: (passed) => alerts.passed(passed),
    foldFailed: (error) =>
      write(
        error === undefined
          ? 'The ledger is read into the database again.'
          : `The ledger cannot be read into the database, which is tried again: ${textOf(error)}`,
      ),
    writeFailed: (error, lostFacts) =>
      write(
        error === undefined
          ? `The journal can be written again.${lostFacts === 0 ? '' : ` Of ${lostFacts} calls since the start, reports know nothing but their money.`}`
          : `The journal cannot be written, so calls are refused until it can: ${textOf(error)}`,
      ),
  }).catch(refused);
  // From then on, budgets may hold more than their limits, and the check of the books must know.
  if (settings.hold === 'soft') await thread.call('seals.startCheck', { name: 'soft-holds', value: 'yes' });
  const tokenizer = new TokenThread(systemClock);
  const drains = new Drains(systemClock);
  return {
    thread,
    money: {
      ledger: opened.ledger,
      tokenizer,
      ...(settings.drainAbandoned ? { drains } : {}),
      rules: rulesOf(settings, thread, write),
    },
    facts: new FactSink(opened.journal, systemClock.wallMs),
    resources: sqliteResources(thread, {
      nowMs: systemClock.wallMs,
      failed: (error) => write(`What a provider holds could not be written down: ${textOf(error)}`),
    }),
    read: sqliteFactStore(thread, opened.folded),
    folded: opened.folded,
    close: async () => {
      await drains.close();
      alerts.close();
      tokenizer.close();
      // A turn, in which those who waited for a count are charged.
      await Bun.sleep(0);
      await opened.close();
      await thread.close();
    },
  };
};

const rulesOf = (settings: MoneySettings, thread: StoreThread, write: (line: string) => void): MoneyRules => {
  const {
    hold: mode,
    unknownPrice,
    noOutputNoCharge,
    ceiling,
    discountPartsPerMillion,
    marginPartsPerMillion,
  } = settings;
  const terms = { discountPartsPerMillion, marginPartsPerMillion };
  const names = new PriceNames(terms, (name, document) => {
    // A name without its document is a charge that cannot be worked out again, and no more.
    thread
      .call('prices.keep', { name, document, nowMs: systemClock.wallMs() })
      .catch((error: unknown) => write(`A price could not be written down: ${textOf(error)}`));
  });
  return { mode, unknownPrice, noOutputNoCharge, terms, names, ...(ceiling === undefined ? {} : { ceiling }) };
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const openThread = async (directory: string): Promise<StoreThread> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return StoreThread.open(directory);
};
