import { isArray, isObject, type Json, type JsonObject, parseJson } from '../json/json.ts';
import { quotedText } from '../json/quoted-text.ts';

/** Where a final amount comes from. `provider`: its own usage; `counted`: our tokenizer; `metered`: what passed through until a stream broke; `bound`: the hold itself. */
export const chargeSources = ['provider', 'counted', 'metered', 'bound', 'none'] as const;
export type ChargeSource = (typeof chargeSources)[number];

/** Money set aside for one attempt, before anything is sent. */
export interface HeldRecord {
  readonly kind: 'held';
  readonly attemptId: string;
  readonly exchangeId: string;
  readonly orgId: string;
  readonly atMs: number;
  /** `provider/model`. */
  readonly target: string;
  readonly priceVersion: string;
  /** Everything that is charged, as `kind:id`. */
  readonly scopes: readonly string[];
  readonly nanoUsd: bigint;
  /** What a call that began is charged when nothing more is known of it: its input. */
  readonly inputNanoUsd: bigint;
  readonly counters: readonly string[];
  /** Written at the moment of sending, which saves a record of its own. */
  readonly sent?: true;
}

/** The request is about to leave: from here on the provider may bill. */
export interface SentRecord {
  readonly kind: 'sent';
  readonly attemptId: string;
  readonly atMs: number;
}

/** What passed through so far, and what is held for it now. */
export interface ProgressRecord {
  readonly kind: 'progress';
  readonly attemptId: string;
  readonly atMs: number;
  readonly meteredNanoUsd: bigint;
  readonly heldNanoUsd: bigint;
}

/** The end of an attempt. `settled` and `estimated` charge it, `void` never left the house. */
export interface FinalRecord {
  readonly kind: 'settled' | 'estimated' | 'void';
  readonly attemptId: string;
  readonly atMs: number;
  readonly nanoUsd: bigint;
  readonly source: ChargeSource;
  /** Why an end is not the usual one: `client-gone`, `upstream-cut`, `crash` … */
  readonly reason?: string;
  /** What the attempt cost beyond it, taken over by the house. */
  readonly goodwillNanoUsd?: bigint;
}

/** A correction of a final amount: a new record that names the old one. */
export interface AdjustedRecord {
  readonly kind: 'adjusted';
  readonly adjustmentId: string;
  readonly attemptId: string;
  readonly atMs: number;
  /** May be negative. */
  readonly nanoUsd: bigint;
  readonly reason: string;
  readonly actor: string;
}

export type LedgerRecord = HeldRecord | SentRecord | ProgressRecord | FinalRecord | AdjustedRecord;

/** A fact of an exchange, as its schema defines it elsewhere; the journal only carries it. */
export interface FactRecord {
  readonly kind: 'fact';
  readonly fact: JsonObject;
}

/** Everything up to this record's sequence is on the disk for good. Written where calls wait for the disk, so that what a power cut took can be told from damage. */
export interface SyncedRecord {
  readonly kind: 'synced';
  readonly sequence: number;
}

export type JournalRecord = LedgerRecord | FactRecord | SyncedRecord;

/**
 * One line of JSON; amounts are decimal text, since they may be beyond what a JSON number keeps. Written member by member: every call writes some, and
 * a general writer takes several times as long.
 */
export const writeJournalRecord = (record: JournalRecord): string => {
  if (record.kind === 'fact') return writeFactRecord(JSON.stringify(record.fact));
  if (record.kind === 'synced') return `{"kind":"synced","sequence":${record.sequence}}`;
  const head = headOf(record);
  switch (record.kind) {
    case 'held':
      return `${head}${heldMembers(record, record.sent === true)}}`;
    case 'sent':
      return `${head}}`;
    case 'progress':
      return `${head},"meteredNanoUsd":"${record.meteredNanoUsd}","heldNanoUsd":"${record.heldNanoUsd}"}`;
    case 'settled':
    case 'estimated':
    case 'void':
      return `${head},"nanoUsd":"${record.nanoUsd}","source":"${record.source}"${textMember('reason', record.reason)}${goodwillMember(record)}}`;
    case 'adjusted':
      return `${head},"adjustmentId":${JSON.stringify(record.adjustmentId)},"nanoUsd":"${record.nanoUsd}"${textMember('reason', record.reason)}${textMember('actor', record.actor)}}`;
  }
};

/** The same of a hold that is sent at this moment. */
export const writeSentHold = (record: HeldRecord): string => `${headOf(record)}${heldMembers(record, true)}}`;

const headOf = ({ kind, attemptId, atMs }: LedgerRecord): string =>
  `{"kind":"${kind}","attemptId":${quotedText(attemptId)},"atMs":${atMs}`;

const factHead = '{"kind":"fact","fact":';

/** The fact's own text in the text of its record; undefined when it was written in another way. */
export const factTextIn = (text: string): string | undefined =>
  text.startsWith(factHead) ? text.slice(factHead.length, -1) : undefined;

/** A record whose fact is written already. */
export const writeFactRecord = (factText: string): string => `${factHead}${factText}}`;

const heldMembers = (record: HeldRecord, sent: boolean): string =>
  textMember('exchangeId', record.exchangeId) +
  textMember('orgId', record.orgId) +
  textMember('target', record.target) +
  textMember('priceVersion', record.priceVersion) +
  `,"scopes":${JSON.stringify(record.scopes)},"nanoUsd":"${record.nanoUsd}","inputNanoUsd":"${record.inputNanoUsd}"` +
  `,"counters":${JSON.stringify(record.counters)}${sent ? ',"sent":true' : ''}`;

const goodwillMember = ({ goodwillNanoUsd }: FinalRecord): string =>
  goodwillNanoUsd === undefined ? '' : `,"goodwillNanoUsd":"${goodwillNanoUsd}"`;

const textMember = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `,"${name}":${quotedText(text)}`;

/** Reads a record. Undefined when the text is not one: the reader says where it stood. */
export const readJournalRecord = (text: string): JournalRecord | undefined => {
  const wire = parseJson(text);
  if (!isObject(wire) || typeof wire['kind'] !== 'string' || !Object.hasOwn(readers, wire['kind'])) return undefined;
  try {
    return readers[wire['kind'] as JournalRecord['kind']](wire);
  } catch (error) {
    if (error instanceof WrongMember) return undefined;
    throw error;
  }
};

class WrongMember extends Error {}

const textAt = (wire: JsonObject, name: string): string => {
  const value = wire[name];
  if (typeof value !== 'string') throw new WrongMember(name);
  return value;
};

const timeAt = (wire: JsonObject): number => {
  const value = wire['atMs'];
  if (typeof value !== 'number') throw new WrongMember('atMs');
  return value;
};

const amountAt = (wire: JsonObject, name: string): bigint => {
  const value = textAt(wire, name);
  if (!/^-?\d+$/.test(value)) throw new WrongMember(name);
  return BigInt(value);
};

const textsAt = (wire: JsonObject, name: string): readonly string[] => {
  const value: Json | undefined = wire[name];
  if (!isArray(value) || !value.every((item) => typeof item === 'string')) throw new WrongMember(name);
  return value as readonly string[];
};

const readFinal = (kind: FinalRecord['kind'], wire: JsonObject): FinalRecord => {
  const source = chargeSources.find((known) => known === wire['source']);
  if (source === undefined) throw new WrongMember('source');
  return {
    kind,
    attemptId: textAt(wire, 'attemptId'),
    atMs: timeAt(wire),
    nanoUsd: amountAt(wire, 'nanoUsd'),
    source,
    ...(wire['reason'] === undefined ? {} : { reason: textAt(wire, 'reason') }),
    ...(wire['goodwillNanoUsd'] === undefined ? {} : { goodwillNanoUsd: amountAt(wire, 'goodwillNanoUsd') }),
  };
};

const readers: { readonly [Kind in JournalRecord['kind']]: (wire: JsonObject) => JournalRecord } = {
  held: (wire) => ({
    kind: 'held',
    attemptId: textAt(wire, 'attemptId'),
    exchangeId: textAt(wire, 'exchangeId'),
    orgId: textAt(wire, 'orgId'),
    atMs: timeAt(wire),
    target: textAt(wire, 'target'),
    priceVersion: textAt(wire, 'priceVersion'),
    scopes: textsAt(wire, 'scopes'),
    nanoUsd: amountAt(wire, 'nanoUsd'),
    inputNanoUsd: amountAt(wire, 'inputNanoUsd'),
    counters: textsAt(wire, 'counters'),
    ...(wire['sent'] === true ? { sent: true } : {}),
  }),
  sent: (wire) => ({ kind: 'sent', attemptId: textAt(wire, 'attemptId'), atMs: timeAt(wire) }),
  progress: (wire) => ({
    kind: 'progress',
    attemptId: textAt(wire, 'attemptId'),
    atMs: timeAt(wire),
    meteredNanoUsd: amountAt(wire, 'meteredNanoUsd'),
    heldNanoUsd: amountAt(wire, 'heldNanoUsd'),
  }),
  settled: (wire) => readFinal('settled', wire),
  estimated: (wire) => readFinal('estimated', wire),
  void: (wire) => readFinal('void', wire),
  adjusted: (wire) => ({
    kind: 'adjusted',
    adjustmentId: textAt(wire, 'adjustmentId'),
    attemptId: textAt(wire, 'attemptId'),
    atMs: timeAt(wire),
    nanoUsd: amountAt(wire, 'nanoUsd'),
    reason: textAt(wire, 'reason'),
    actor: textAt(wire, 'actor'),
  }),
  synced: ({ sequence }) => {
    if (typeof sequence !== 'number') throw new WrongMember('sequence');
    return { kind: 'synced', sequence };
  },
  fact: (wire) => {
    const { fact } = wire;
    if (!isObject(fact)) throw new WrongMember('fact');
    return { kind: 'fact', fact };
  },
};
