import { type Contender, type ContenderId, contenderIds } from './contenders/contender.ts';
import { startInstruments } from './instruments.ts';
import { describeMachine, pinSelf } from './machine.ts';
import { type BenchRun, presentContenders, startContender } from './measure/bench-run.ts';
import { sections, warmUp } from './measure/sections.ts';
import { proveAnswers, subjects } from './measure/subject.ts';
import { type Options, planFor, readOptions, sectionIds, usage } from './options.ts';
import { doubtsOf } from './report/checks.ts';
import { tableOf } from './report/print-table.ts';
import { type Row, rowsOf } from './report/rows.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const bench = async (options: Options, folder: TemporaryFolder): Promise<void> => {
  const plan = planFor(options.quick);
  const begunMs = performance.now();
  const instruments = await startInstruments(folder);
  const contenders = new Map<ContenderId, Contender>();
  const stopAll = async (): Promise<void> => {
    await Promise.all([...contenders.values()].map((contender) => contender.stop()));
    instruments.stop();
  };
  onInterrupt(() => stopAll().finally(folder.remove));
  try {
    const run: BenchRun = {
      plan,
      instruments,
      folder,
      present: presentContenders(options.without),
      contenders,
      runs: [],
      starts: [],
      resident: new Map(),
      begunMs,
      retriesLeft: plan.retries,
      note: (text) =>
        process.stderr.write(`${((performance.now() - begunMs) / 1000).toFixed(0).padStart(4)} s  ${text}\n`),
    };
    if (options.sections.has('start')) await sections.start(run);
    await startAll(run, contenders);
    await warmUp(run);
    for (const id of sectionIds) if (id !== 'start' && options.sections.has(id)) await sections[id](run);
    report(run, options);
  } finally {
    await stopAll();
  }
};

/** The servers are not children that die with us: without this an interrupted bench would leave them running. A second signal changes nothing. */
const onInterrupt = (stop: () => Promise<void>): void => {
  let interrupted = false;
  const end = (): void => {
    if (interrupted) return;
    interrupted = true;
    void stop().then(() => process.exit(130));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
};

const startAll = async (run: BenchRun, contenders: Map<ContenderId, Contender>): Promise<void> => {
  for (const id of run.present) {
    contenders.set(id, await startContender(id, run.folder, run.instruments.upstreamPort));
    run.note(`${id} is up`);
  }
  for (const subject of Object.values(subjects)) {
    const contender = subject.contender === undefined ? undefined : contenders.get(subject.contender);
    if (contender !== undefined) await proveAnswers(subject, contender);
  }
};

const report = (run: BenchRun, options: Options): void => {
  const rows = rowsOf(run, options.sections);
  const doubts = doubtsOf(run);
  const valid = !doubts.some(({ fatal }) => fatal);
  const seconds = Math.round((performance.now() - run.begunMs) / 1000);
  say(preface(run, options));
  say(tableOf(rows));
  if (doubts.length > 0)
    say(`\n${doubts.map(({ fatal, text }) => `${fatal ? 'INVALID: ' : 'note: '}${text}`).join('\n')}`);
  const judged = rows.filter(({ reached }) => reached !== undefined);
  const reached = judged.filter((row) => row.reached === true).length;
  say(`\n${valid ? 'Valid' : 'NOT VALID'}: ${reached} of ${judged.length} targets reached, in ${seconds} s.`);
  if (options.json)
    say(
      JSON.stringify({
        ...outcome(run, { rows, valid }),
        quick: options.quick,
        seconds,
        reached,
        judged: judged.length,
        doubts,
      }),
    );
};

const preface = ({ instruments: { native }, present }: BenchRun, { quick }: Options): string => {
  const machine = describeMachine();
  const cores = machine.pinned
    ? 'gateway on one core, generator and upstream on another'
    : 'not pinned: taskset or a second core is missing';
  const tools = native
    ? 'generator and upstream in C'
    : 'generator and upstream on Bun (no C compiler: figures are coarser)';
  const absent = contenderIds.filter((id) => !present.includes(id));
  const missing = absent.map((id) => `${id} takes no part, so its rows are empty. `).join('');
  return `\n${machine.cpu}, ${machine.cores} cores, Bun ${machine.bun}; ${cores}; ${tools}${quick ? '; quick' : ''}. ${missing}\n`;
};

const outcome = (run: BenchRun, { rows, valid }: { readonly rows: readonly Row[]; readonly valid: boolean }) => ({
  bench: 'overhead',
  valid,
  at: new Date().toISOString(),
  machine: describeMachine(),
  nativeTools: run.instruments.native,
  rows: rows.map((row) => ({
    ...row,
    value: row.value ?? null,
    timesNginx: row.timesNginx ?? null,
    timesBareProxy: row.timesBareProxy ?? null,
  })),
  starts: run.starts,
  runs: run.runs,
});

const options = readOptions(Bun.argv.slice(2));
if (options === 'help') say(usage);
else {
  pinSelf();
  const folder = makeTemporaryFolder();
  try {
    await bench(options, folder);
  } finally {
    if (options.keep) say(`Kept: ${folder.path}`);
    else folder.remove();
  }
}
