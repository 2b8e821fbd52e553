// The journal over a disk that, when the power goes, keeps what was synced and of the rest what it likes. What a call was told to be on the disk is there
// afterwards, nothing is read that was not written, and the server starts by itself.
// `bun qa/powerloss.ts [--seeds 10000] [--seed FIRST]`
import { parseArgs } from 'node:util';
import { JournalWriter } from '../src/adapters/ledger/journal-writer.ts';
import { writeJournalRecord } from '../src/core/ledger/journal-record.ts';
import { readJournal } from '../src/core/ledger/read-journal.ts';
import { Dice } from './fuzz/dice.ts';
import { FragileStorage } from './money/fragile-storage.ts';
import { finish } from './proof/finish.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const seeds = Number(values.seeds);
const firstSeed = Number(values.seed);

interface Found {
  readonly promised: number;
  readonly lost: number;
  readonly corrupt: number;
  /** The start would have been refused. `excused`: a sync had failed before, so the disk had really lost what it was given. */
  readonly refused: boolean;
  readonly excused: boolean;
}

const run = async (seed: number): Promise<Found> => {
  const dice = new Dice(seed);
  const storage = new FragileStorage(dice, true);
  const journal = new JournalWriter({ storage, segment: 1, epoch: 1, marks: true, segmentBytes: 3000 });
  const written: string[] = [];
  const promised = new Set<string>();
  let syncFailed = false;
  const steps = 5 + dice.below(60);
  const running: Promise<void>[] = [];
  for (let step = 0; step < steps; step++) {
    for (let count = dice.below(4); count > 0; count--) {
      const text = writeJournalRecord({ kind: 'fact', fact: { n: written.length, pad: 'x'.repeat(dice.below(700)) } });
      written.push(text);
      journal.add(text);
    }
    if (dice.chance(0.5)) {
      const upTo = written.slice();
      running.push(
        journal.sync().then(
          () => {
            for (const text of upTo) promised.add(text);
          },
          (error: unknown) => {
            syncFailed ||= String(error).includes('EIO');
          },
        ),
      );
    } else journal.tryFlush();
    if (dice.chance(0.6)) {
      await settled();
      storage.settle();
      await settled();
    }
  }
  const read = readJournal(storage.cut());
  const frames = read.flatMap((segment) => segment.frames.map(({ text }) => text)).filter((text) => !isMark(text));
  const known = new Set(written);
  const got = new Set(frames);
  return {
    promised: promised.size,
    lost: [...promised].filter((text) => !got.has(text)).length,
    corrupt: frames.filter((text) => !known.has(text)).length,
    refused: read.some(({ end }) => end.kind === 'damaged'),
    excused: syncFailed,
  };
};

const isMark = (text: string): boolean => text.startsWith('{"kind":"synced"');

/** Lets everything that waits only for others of this process go on. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

let [promised, lost, corrupt, refused, afterFailedSync] = [0, 0, 0, 0, 0];
const failed: number[] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const found = await run(seed);
  promised += found.promised;
  lost += found.refused ? 0 : found.lost;
  corrupt += found.corrupt;
  if (found.refused && found.excused) afterFailedSync++;
  else if (found.refused) refused++;
  if (found.corrupt > 0 || (found.lost > 0 && !found.refused) || (found.refused && !found.excused)) failed.push(seed);
}
finish(
  'powerloss',
  {
    seeds,
    firstSeed,
    promised,
    ackedLost: lost,
    silentCorruption: corrupt,
    refusedStarts: refused,
    afterFailedSync,
    failed: failed.slice(0, 10),
  },
  lost === 0 && corrupt === 0 && refused === 0 && promised > 0,
);
