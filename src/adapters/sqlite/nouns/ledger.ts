import { join } from 'node:path';
import { type JournalRecord, readJournalRecord } from '../../../core/ledger/journal-record.ts';
import { recoverOpen, type Unfinished } from '../../../core/ledger/recover.ts';
import { FactFolder } from '../fold-fact.ts';
import { RecordFolder } from '../fold-record.ts';
import { cutTail, readSegment, removeSegment, type SegmentPart, segmentsIn } from '../journal-segments.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

/** So many records are written in one synced transaction. */
const batchRecords = 500;

/** What the ledger's memory is made of at the start. */
export interface LedgerSnapshot {
  readonly counters: readonly {
    readonly orgId: string;
    readonly id: string;
    readonly settled: bigint;
    readonly held: bigint;
  }[];
  /** The number of the next segment. */
  readonly nextSegment: number;
  /** Bytes cut from the end of the journal because they were no whole record. */
  readonly tornBytes: number;
  /** Attempts that were open when the process ended, and have an end now. */
  readonly recovered: number;
}

export interface FoldInput {
  /** At the start nobody writes: a torn tail is cut. While the journal grows it is just not there yet. */
  readonly start?: { readonly acceptLoss: boolean };
}

const journalOf = ({ directory }: StoreContext): string => join(directory, 'journal');

/** Reads what was appended to the journal since the last time into the tables. Throws at the start for a damaged journal, with the place. */
const fold = (
  context: StoreContext,
  { start }: FoldInput,
): { readonly records: number; readonly tornBytes: number } => {
  const folder = journalOf(context);
  const segments = segmentsIn(folder);
  let records = 0;
  let tornBytes = 0;
  segments.forEach((name, index) => {
    const known = positionOf(context, name);
    if (known.done) return;
    const part = readSegment(folder, name, known.bytes);
    records += foldPart(context, name, { part, fromByte: known.bytes });
    const last = index === segments.length - 1;
    if (part.end.kind !== 'whole' && (start !== undefined || !last))
      tornBytes += mend(context, name, { part, acceptLoss: start?.acceptLoss ?? false });
    if (!last || start !== undefined) finishSegment(context, name, segments.slice(0, index));
  });
  return { records, tornBytes };
};

const positionOf = ({ database }: StoreContext, name: string): { readonly bytes: number; readonly done: boolean } => {
  const row = database.query('SELECT bytes, done FROM fold WHERE segment = ?').get(name) as {
    readonly bytes: bigint;
    readonly done: bigint;
  } | null;
  return row === null ? { bytes: 0, done: false } : { bytes: Number(row.bytes), done: row.done === 1n };
};

interface Folders {
  readonly records: RecordFolder;
  readonly facts: FactFolder;
}

const folders = new WeakMap<object, Folders>();

const foldersOf = ({ database }: StoreContext): Folders => {
  const known = folders.get(database);
  if (known !== undefined) return known;
  const made = { records: new RecordFolder(database), facts: new FactFolder(database) };
  folders.set(database, made);
  return made;
};

const foldPart = (
  context: StoreContext,
  name: string,
  { part, fromByte }: { readonly part: SegmentPart; readonly fromByte: number },
): number => {
  const { frames, nextByte } = part;
  if (nextByte === fromByte) return 0;
  const place = context.database.query(
    'INSERT INTO fold (segment, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes',
  );
  const folder = foldersOf(context);
  for (let at = 0; at < frames.length; at += batchRecords) {
    const batch = frames.slice(at, at + batchRecords);
    const last = at + batchRecords >= frames.length;
    context.database.transaction(() => {
      for (const { text } of batch) foldText(folder, text);
      // Records know their ids, so a batch that is read twice changes nothing; the place is kept when all of them are in.
      if (last) place.run(name, nextByte);
    })();
  }
  return frames.length;
};

const foldText = ({ records, facts }: Folders, text: string): void => {
  const record: JournalRecord | undefined = readJournalRecord(text);
  if (record === undefined)
    throw new Error(`The journal holds a record that this version cannot read: ${text.slice(0, 200)}`);
  if (record.kind === 'fact') facts.fold(record.fact);
  else records.fold(record);
};

/** Deals with a segment's end that is not whole: a torn tail is cut, damage before the tail stops the start unless its loss is accepted. */
const mend = (
  context: StoreContext,
  name: string,
  { part, acceptLoss }: { readonly part: SegmentPart; readonly acceptLoss: boolean },
): number => {
  const { end, nextByte } = part;
  if (end.kind === 'damaged' && !acceptLoss) {
    throw new Error(
      `The journal is damaged: in journal/${name} the record at byte ${nextByte} ${end.why}, and whole records follow it. ` +
        'Restore a backup, or start with --accept-loss to go on without this record and those behind it in the file.',
    );
  }
  const folder = journalOf(context);
  const before = Bun.file(join(folder, name)).size;
  cutTail(folder, name, nextByte);
  return before - nextByte;
};

/** A segment nobody appends to any more; those before it are not needed once it is folded. */
const finishSegment = (context: StoreContext, name: string, earlier: readonly string[]): void => {
  context.database
    .query('INSERT INTO fold (segment, bytes, done) VALUES (?, 0, 1) ON CONFLICT DO UPDATE SET done = 1')
    .run(name);
  for (const old of earlier) removeSegment(journalOf(context), old);
};

/** Gives every attempt that a dead process left open its end. */
const recover = (context: StoreContext): number => {
  const open = context.database
    .query(
      `SELECT attempt_id AS attemptId, state, metered_nano_usd AS meteredNanoUsd FROM attempt
         WHERE state IN ('held', 'sent', 'streaming')`,
    )
    .all() as readonly Unfinished[];
  const { records } = foldersOf(context);
  context.database.transaction(() => {
    for (const final of recoverOpen(open, Date.now())) records.fold(final);
  })();
  return open.length;
};

const countersOf = ({ database }: StoreContext): LedgerSnapshot['counters'] =>
  database
    .query('SELECT org_id AS orgId, counter_id AS id, settled_nano_usd AS settled, held_nano_usd AS held FROM counter')
    .all() as LedgerSnapshot['counters'];

const nextSegment = (context: StoreContext): number => {
  const row = context.database.query('SELECT max(segment) AS segment FROM fold').get() as {
    readonly segment: string | null;
  };
  const names = [row.segment, segmentsIn(journalOf(context)).at(-1)].filter((name) => typeof name === 'string');
  return Math.max(0, ...names.map((name) => Number.parseInt(name, 10))) + 1;
};

export const ledgerOperations = {
  'ledger.fold': fold,
  /** Folds all there is, ends what was left open, and gives what the memory is made of. */
  'ledger.begin': (context: StoreContext, input: { readonly acceptLoss: boolean }): LedgerSnapshot => {
    const { tornBytes } = fold(context, { start: { acceptLoss: input.acceptLoss } });
    const recovered = recover(context);
    return { counters: countersOf(context), nextSegment: nextSegment(context), tornBytes, recovered };
  },
} satisfies OperationTable;
