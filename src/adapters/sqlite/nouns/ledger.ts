import { join } from 'node:path';
import type { Frame } from '../../../core/ledger/journal-frame.ts';
import { factTextIn } from '../../../core/ledger/journal-record.ts';
import { readJournal } from '../../../core/ledger/read-journal.ts';
import { recoverOpen, type Unfinished } from '../../../core/ledger/recover.ts';
import { cutTail, removeSegment, segmentBytes, segmentSize, segmentsIn } from '../../journal/journal-segments.ts';
import { damaged, readPiece } from '../../journal/read-piece.ts';
import { recordIn } from '../../journal/record-in.ts';
import { FactFolder } from '../fold-fact.ts';
import { RecordFolder } from '../fold-record.ts';
import { runOut, type Slices } from '../slices.ts';
import type { OperationTable, StoreContext } from '../store-context.ts';

/** So many records are written in one synced transaction. */
const batchRecords = 2000;
/** And so many in one go: on a busy core, calls wait as long as that takes. */
const sliceRecords = 48;

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

const journalOf = ({ directory }: StoreContext): string => join(directory, 'journal');

/**
 * Reads what was appended to the journal since the last time into the tables, in slices. Called while the journal grows: what is not whole yet is
 * left for later.
 */
function* fold(context: StoreContext): Slices<{ readonly records: number }> {
  const folder = journalOf(context);
  const segments = segmentsIn(folder);
  let records = 0;
  for (const [index, name] of segments.entries()) {
    if (positionOf(context, name).done) continue;
    const read = yield* foldSegment(context, name);
    records += read.records;
    if (index === segments.length - 1) continue;
    if (!read.whole) throw damaged(name, positionOf(context, name).bytes, 'is not whole');
    finishSegment(context, name, segments.slice(0, index));
  }
  return { records };
}

/** Up to where it ends now: what is appended meanwhile is for the next time. Throws for damage, when what stands before it is folded. */
function* foldSegment(
  context: StoreContext,
  name: string,
): Slices<{ readonly records: number; readonly whole: boolean }> {
  const folder = journalOf(context);
  const untilByte = segmentSize(folder, name);
  for (let records = 0; ; ) {
    const fromByte = positionOf(context, name).bytes;
    const { frames, ended, whole, damage } = readPiece(folder, name, { fromByte, untilByte });
    yield* foldFrames(context, frames, { name, fromByte, untilByte });
    records += frames.length;
    if (damage !== undefined) throw damage;
    if (ended) return { records, whole };
  }
}

/** As `fold`, at the start, when nobody writes: a torn tail is cut. Throws for a damaged journal, with the place. */
const foldAll = (context: StoreContext, { acceptLoss }: { readonly acceptLoss: boolean }): number => {
  const folder = journalOf(context);
  const segments = segmentsIn(folder);
  const left = segments.filter((name) => !positionOf(context, name).done);
  let tornBytes = 0;
  for (const { name, frames, end } of readJournal(
    left.map((name) => ({ name, bytes: segmentBytes(folder, name, { fromByte: 0 }) })),
  )) {
    const { bytes } = positionOf(context, name);
    if (end.kind === 'damaged' && !acceptLoss) throw damaged(name, end.atByte, end.why);
    const unread = frames.filter(({ nextByte }) => nextByte > bytes);
    runOut(foldFrames(context, unread, { name, fromByte: 0, untilByte: unread.at(-1)?.nextByte ?? 0 }));
    if (end.kind !== 'whole') tornBytes += cutTail(folder, name, end.atByte);
    finishSegment(context, name, segments.slice(0, segments.indexOf(name)));
  }
  return tornBytes;
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

/** One transaction over all slices: a page that several of them change is written once. */
function* foldFrames(
  context: StoreContext,
  frames: readonly Frame[],
  { name, fromByte, untilByte }: { readonly name: string; readonly fromByte: number; readonly untilByte: number },
): Slices<void> {
  for (let at = 0; at < frames.length; at += batchRecords) {
    const batch = frames.slice(at, at + batchRecords);
    context.database.run('BEGIN IMMEDIATE');
    try {
      yield* foldBatch(context, batch, untilByte - fromByte);
      context.database
        .query('INSERT INTO fold (segment, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes')
        .run(name, fromByte + (batch.at(-1)?.nextByte ?? 0));
      context.database.run('COMMIT');
    } catch (error) {
      // A full disk may have ended it already.
      if (context.database.inTransaction) context.database.run('ROLLBACK');
      throw error;
    }
  }
}

/** `endByte`: where the reading ends, counted as the frames' own places are. */
function* foldBatch(context: StoreContext, batch: readonly Frame[], endByte: number): Slices<void> {
  const folder = foldersOf(context);
  folder.records.begin();
  folder.facts.begin();
  for (let at = 0; at < batch.length; at += sliceRecords) {
    // Records know their ids, so one that is read twice changes nothing.
    const slice = batch.slice(at, at + sliceRecords);
    for (const { text } of slice) foldText(folder, text);
    folder.records.write();
    yield endByte - (slice.at(-1)?.nextByte ?? 0);
  }
  folder.records.flush();
  folder.facts.flush();
}

const foldText = ({ records, facts }: Folders, text: string): void => {
  const record = recordIn(text);
  if (record.kind === 'fact') facts.fold(record.fact, factTextIn(text) ?? JSON.stringify(record.fact));
  else if (record.kind !== 'synced') records.fold(record);
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
    records.begin();
    for (const final of recoverOpen(open, Date.now())) records.fold(final);
    records.flush();
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
  'ledger.fold': (context: StoreContext, _: object) => fold(context),
  /** Folds all there is, ends what was left open, and gives what the memory is made of. */
  'ledger.begin': (context: StoreContext, input: { readonly acceptLoss: boolean }): LedgerSnapshot => {
    const tornBytes = foldAll(context, input);
    const recovered = recover(context);
    return { counters: countersOf(context), nextSegment: nextSegment(context), tornBytes, recovered };
  },
} satisfies OperationTable;
