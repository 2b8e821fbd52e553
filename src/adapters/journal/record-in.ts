import { type JournalRecord, readJournalRecord } from '../../core/ledger/journal-record.ts';

/** The record of a frame. Throws for one that this version does not know. */
export const recordIn = (text: string): JournalRecord => {
  const record = readJournalRecord(text);
  if (record === undefined)
    throw new Error(`The journal holds a record that this version cannot read: ${text.slice(0, 200)}`);
  return record;
};
