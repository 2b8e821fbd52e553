import { JournalWriter } from '../../src/adapters/ledger/journal-writer.ts';
import { LocalLedger } from '../../src/adapters/ledger/local-ledger.ts';
import { Books } from '../../src/core/ledger/books.ts';
import { type Budget, budgetNow } from '../../src/core/ledger/budget.ts';
import { writeFrame } from '../../src/core/ledger/journal-frame.ts';
import { type LedgerRecord, readJournalRecord, writeJournalRecord } from '../../src/core/ledger/journal-record.ts';
import { readJournal, type SegmentBytes } from '../../src/core/ledger/read-journal.ts';
import { recoverOpen } from '../../src/core/ledger/recover.ts';
import type { Hold } from '../../src/ports/ledger.ts';
import type { Dice } from '../fuzz/dice.ts';
import { FragileStorage } from './fragile-storage.ts';
import { plainBooks } from './plain-books.ts';

const hourMs = 3_600_000;
const zone = 'Europe/Berlin';
const budgets: readonly Budget[] = [
  { id: 'org', scope: 'organisation:o', window: { kind: 'day' }, timeZone: zone, limitNanoUsd: 20_000n, soft: false },
  { id: 'key', scope: 'key:k', window: { kind: 'hour' }, timeZone: 'UTC', limitNanoUsd: 6000n, soft: false },
  { id: 'team', scope: 'team:t', window: { kind: 'lifetime' }, timeZone: 'UTC', limitNanoUsd: 60_000n, soft: false },
  { id: 'told', scope: 'user:u', window: { kind: 'month' }, timeZone: 'UTC', limitNanoUsd: 100n, soft: true },
];

interface Running {
  readonly hold: Hold;
  sent: boolean;
  meteredNanoUsd: bigint;
}

/** What goes on from one process to the next. */
export interface SimWorld {
  readonly dice: Dice;
  readonly violations: string[];
  readonly trace: string[];
  nowMs: number;
  attempts: number;
  /** Segments of processes that are over. */
  past: readonly SegmentBytes[];
  /** What the processes promised to remember: attempt → amount. */
  readonly promised: Map<string, bigint>;
}

const recordsOf = (segments: readonly SegmentBytes[]): readonly LedgerRecord[] =>
  readJournal(segments).flatMap(({ frames }) =>
    frames.flatMap(({ text }) => {
      const record = readJournalRecord(text);
      return record === undefined || record.kind === 'fact' || record.kind === 'synced' ? [] : [record];
    }),
  );

/** The start cuts what is torn. */
const cutOff = (segments: readonly SegmentBytes[]): readonly SegmentBytes[] => {
  const read = readJournal(segments);
  return segments.map(({ name, bytes }, index) => {
    const end = read[index]?.end;
    return { name, bytes: end === undefined || end.kind === 'whole' ? bytes : bytes.subarray(0, end.atByte) };
  });
};

/** What recovery writes into the tables, in the journal's form. */
const asSegment = (records: readonly LedgerRecord[]): SegmentBytes => ({
  name: 'recovered',
  bytes: Buffer.concat(
    records.map((record, index) => writeFrame(writeJournalRecord(record), { sequence: index + 1, epoch: 0 })),
  ),
});

/** One process: it recovers what the last one left, serves calls on a faulty disk while the clock jumps, and is killed or loses its power. */
export class SimProcess {
  readonly #world: SimWorld;
  readonly #storage: FragileStorage;
  readonly #journal: JournalWriter;
  readonly #books = new Books();
  readonly #ledger: LocalLedger;
  readonly #running = new Map<string, Running>();
  readonly #ends = new Map<string, bigint>();
  readonly #syncs: Promise<void>[] = [];

  constructor(world: SimWorld, epoch: number) {
    this.#world = world;
    this.#storage = new FragileStorage(world.dice, true);
    const segment = epoch * 1000;
    this.#journal = new JournalWriter({ storage: this.#storage, segment, epoch, marks: true, segmentBytes: 4000 });
    for (const record of recordsOf(world.past)) this.#books.apply(record);
    this.#recover();
    const clock = { wallMs: () => world.nowMs, monotonicMs: () => world.nowMs, after: () => () => undefined };
    this.#ledger = new LocalLedger({
      journal: this.#journal,
      books: this.#books,
      clock,
      syncFirst: true,
      backlogBytes: () => 0,
      passed: () => undefined,
    });
  }

  async run(steps: number): Promise<void> {
    const { dice } = this.#world;
    for (let step = 0; step < steps; step++) {
      this.#act(dice.below(8));
      if (dice.chance(0.5)) await this.#settle();
      this.#checkLimits();
    }
    const power = dice.chance(0.5);
    this.#world.trace.push(power ? 'power' : 'kill');
    if (!power && this.#journal.tryFlush()) for (const [id, amount] of this.#ends) this.#world.promised.set(id, amount);
    const written = power ? this.#storage.cut() : this.#storage.kill();
    this.#check([...this.#world.past, ...written]);
    this.#world.past = [...this.#world.past, ...cutOff(written)];
  }

  #act(what: number): void {
    const { dice, trace } = this.#world;
    const [id, running] = [...this.#running][dice.below(Math.max(1, this.#running.size))] ?? [];
    if (what < 3 || id === undefined || running === undefined) this.#reserve();
    else if (what === 3) this.#end(id, running);
    else if (what === 4) this.#send(id, running);
    else if (what === 5) this.#meter(running);
    else if (what === 6) this.#jump();
    else this.#sync();
    trace.push(`${what}:${id ?? ''}:${this.#journal.appendedBytes}`);
  }

  #reserve(): void {
    const { dice } = this.#world;
    const attemptId = `a${++this.#world.attempts}`;
    const nanoUsd = BigInt(1 + dice.below(1500));
    const counted = budgets.filter(() => dice.chance(0.8));
    try {
      const hold = this.#ledger.reserve({
        attemptId,
        exchangeId: 'x',
        orgId: 'o',
        target: 'p/m',
        priceVersion: 'v',
        scopes: [],
        budgets: counted,
        nanoUsd,
        inputNanoUsd: nanoUsd / 3n,
      });
      this.#running.set(attemptId, { hold, sent: false, meteredNanoUsd: nanoUsd / 3n });
    } catch {
      this.#world.trace.push(`refused ${attemptId}`);
    }
  }

  #send(id: string, running: Running): void {
    if (running.sent) return;
    try {
      running.hold.sent();
      running.sent = true;
    } catch {
      this.#running.delete(id);
    }
  }

  #meter(running: Running): void {
    if (!running.sent) return;
    const metered = running.meteredNanoUsd + BigInt(this.#world.dice.below(300));
    if (running.hold.metered(metered, 400n)) running.meteredNanoUsd = metered;
  }

  #end(id: string, running: Running): void {
    const { dice } = this.#world;
    this.#running.delete(id);
    if (!running.sent) {
      running.hold.void('gone');
      return;
    }
    const { meteredNanoUsd } = running;
    const nanoUsd = dice.chance(0.5) ? meteredNanoUsd : BigInt(dice.below(Number(meteredNanoUsd) + 1));
    if (dice.chance(0.3)) running.hold.estimate({ nanoUsd, source: 'metered' });
    else running.hold.settle({ nanoUsd, source: 'provider' });
    // A second end changes nothing.
    running.hold.settle({ nanoUsd: 999_999n, source: 'provider' });
    this.#ends.set(id, nanoUsd);
  }

  #jump(): void {
    const { dice } = this.#world;
    this.#world.nowMs += dice.pick([1000, 60_000, hourMs, -hourMs, 5 * hourMs]);
  }

  #sync(): void {
    const upTo = new Map(this.#ends);
    this.#syncs.push(
      this.#journal.sync().then(
        () => {
          for (const [id, amount] of upTo) this.#world.promised.set(id, amount);
        },
        () => undefined,
      ),
    );
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
    this.#storage.settle();
    for (let turn = 0; turn < 12; turn++) await Promise.resolve();
  }

  /** Ends what the last process left open, as the start of a server does. */
  #recover(): void {
    const open = this.#books
      .openAttempts()
      .map(({ record, state, meteredNanoUsd }) => ({ attemptId: record.attemptId, state, meteredNanoUsd }));
    const finals = recoverOpen(open, this.#world.nowMs);
    for (const final of finals) this.#books.apply(final);
    if (this.#books.openAttempts().length > 0) this.#world.violations.push('attempts are open after recovery');
    if (finals.length > 0) this.#world.past = [...this.#world.past, asSegment(finals)];
  }

  #checkLimits(): void {
    for (const budget of budgets) {
      if (budget.soft) continue;
      const { counter, limitNanoUsd } = budgetNow(budget, this.#world.nowMs);
      const { settled, held } = this.#books.counter(counter);
      if (settled + held > limitNanoUsd)
        this.#world.violations.push(`${counter} has ${settled + held} of ${limitNanoUsd}`);
      if (settled < 0n || held < 0n) this.#world.violations.push(`${counter} is below nothing`);
    }
  }

  /** What can be read is what a plain reckoning makes of it, and holds every promise. */
  #check(segments: readonly SegmentBytes[]): void {
    const { violations, promised } = this.#world;
    const records = recordsOf(segments);
    const plain = plainBooks(records);
    const books = new Books();
    for (const record of records) books.apply(record);
    for (const record of records) books.apply(record);
    for (const [id, [settled, held]] of plain.counters) {
      const counter = books.counter(id);
      if (counter.settled !== settled || counter.held !== held) violations.push(`${id} reads differently`);
    }
    for (const [id, amount] of promised)
      if (plain.finals.get(id) !== amount)
        violations.push(`${id} was promised at ${amount}, found ${plain.finals.get(id)}`);
    if (readJournal(segments).some(({ end }) => end.kind === 'damaged')) violations.push('the start would be refused');
  }
}
