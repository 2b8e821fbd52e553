import { join } from 'node:path';
import { folderStorage } from '../../src/adapters/ledger/journal-storage.ts';
import { JournalWriter } from '../../src/adapters/ledger/journal-writer.ts';
import { type JournalRecord, writeJournalRecord } from '../../src/core/ledger/journal-record.ts';

/** A journal that nobody has read yet, as a process leaves one whose store had no time. */
export const fillJournal = (dataDirectory: string, rows: number): void => {
  const journal = new JournalWriter({
    storage: folderStorage(join(dataDirectory, 'journal')),
    segment: 1,
    epoch: 1,
    marks: false,
  });
  const add = (record: JournalRecord): void => journal.add(writeJournalRecord(record));
  for (let attempt = 0; attempt < rows / 4; attempt++) {
    const attemptId = `before-${attempt}`;
    const at = { attemptId, atMs: 1_700_000_000_000 + attempt };
    add({
      ...at,
      kind: 'held',
      exchangeId: attemptId,
      orgId: 'default',
      target: 'proof/before',
      priceVersion: 'first:proof',
      scopes: ['organisation:default', `team:t${attempt % 10}`, `key:k${attempt % 100}`],
      nanoUsd: 1000n,
      inputNanoUsd: 250n,
      counters: [
        `default/team:t${attempt % 10}/lifetime@lifetime`,
        `default/key:k${attempt % 100}/month@month:2023-11-01`,
      ],
    });
    add({ ...at, kind: 'sent' });
    add({ ...at, kind: 'progress', meteredNanoUsd: 500n, heldNanoUsd: 2000n });
    add({ ...at, kind: 'settled', nanoUsd: 700n, source: 'provider' });
    if (attempt % 500 === 0) journal.flush();
  }
  journal.close();
};
