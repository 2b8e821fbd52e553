import { ledger } from './0001-ledger.ts';
import { facts } from './0002-facts.ts';
import { objects } from './0003-objects.ts';
import { seals } from './0004-seals.ts';
import { callsOnce } from './0005-calls-once.ts';
import { resources } from './0006-resources.ts';
import { goodwill } from './0007-goodwill.ts';
import { priceVersions } from './0008-price-versions.ts';
import { decisions } from './0009-decisions.ts';
import { objectVersions } from './0010-object-versions.ts';
import { routedExchanges } from './0011-routed-exchanges.ts';

/** One step of the schema. A step that was released is never changed: later ones correct it. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** Every step, oldest first. */
export const migrations: readonly Migration[] = [
  ledger,
  facts,
  objects,
  seals,
  callsOnce,
  resources,
  goodwill,
  priceVersions,
  decisions,
  objectVersions,
  routedExchanges,
];
