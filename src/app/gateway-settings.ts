import type { SluiceConfig } from '../contract/settings.ts';
import type { ActiveProvider, Egress } from '../core/catalog/active-provider.ts';
import type { ModelCatalogue } from '../core/catalog/models/model-catalogue.ts';

/** What the configuration says, ready to be put in the place of another. */
export interface Loaded {
  readonly kind: 'loaded';
  readonly config: SluiceConfig;
  readonly providers: readonly ActiveProvider[];
  /** What is known of models; absent: nothing. */
  readonly models?: ModelCatalogue;
  /** What an operator should know although it worked, each a sentence. */
  readonly notes?: readonly string[];
  /** Where the config file names models that no provider has: what calls of these names will be told. */
  readonly nowhere?: readonly string[];
  /** Other files the config file names, to be watched with it. */
  readonly files?: readonly string[];
}

/** A config file that cannot be used: each line says where, what and what to do. */
export interface Unloadable {
  readonly kind: 'unloadable';
  readonly problems: readonly string[];
}

export interface MasterKey {
  readonly value: string;
  /** True when it was made by this start, so that it is shown once. */
  readonly made: boolean;
}

/** Everything `startGateway` needs; the command line has read files, flags and environment by then. */
export interface GatewaySettings {
  readonly config: SluiceConfig;
  /** The file to watch for changes; absent when there is none. */
  readonly configPath?: string;
  /** Other files the config file names, to be watched with it. */
  readonly files?: readonly string[];
  /** The catalogue of models to watch for changes; its folder exists. Absent when there is none. */
  readonly catalogueFile?: string;
  readonly providers: readonly ActiveProvider[];
  /** What is known of models; absent: nothing. */
  readonly models?: ModelCatalogue;
  readonly host: string;
  readonly port: number;
  /** Where keys, money and facts are kept; absent: nothing is kept, and nothing is charged. */
  readonly dataDirectory?: string;
  /** How alerts leave; absent when straight. */
  readonly alertEgress?: Egress | undefined;
  /** Start although the journal is damaged, without what cannot be read. */
  readonly acceptLoss?: boolean;
  readonly masterKey: MasterKey;
  /** What keys are hashed with (`SLUICE_KEY_PEPPER`); without it the data directory keeps one. */
  readonly keyPepper?: string;
  /** What provider credentials are sealed with (`SLUICE_ENCRYPTION_KEY`); without it the data directory keeps one. */
  readonly encryptionKey?: string;
  /** Reads the config file again. */
  readonly reload: () => Promise<Loaded | Unloadable>;
  /** Takes log lines, without a line end. */
  readonly write: (line: string) => void;
}

export interface RunningGateway {
  readonly url: string;
  /** Where metrics and health are asked for, when they have a port of their own. */
  readonly adminUrl?: string;
  /** Takes no new calls, lets running ones end within the drain time, then closes. */
  stop(): Promise<void>;
}
