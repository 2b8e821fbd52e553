// The gate. Runs every check in order, says how long each took, and ends with one line of counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBun, installIfNeeded, root } from './find-packages.mjs';

const nightly = process.argv.includes('--nightly');
const say = (line) => process.stdout.write(`${line}\n`);

installIfNeeded({ development: true });
const bun = findBun();
const reports = mkdtempSync(join(tmpdir(), 'sluice-test-'));

const node = (script, ...words) => ({
  program: process.execPath,
  words: [join(root, 'node_modules', script), ...words],
});
const onBun = (...words) => ({ program: bun, words });
const bunTest = (...words) => ({
  ...onBun('test', '--only-failures', `--timeout=${nightly ? 3_600_000 : 30_000}`, ...words),
  junit: true,
});

const slowReaders = ['--limit-kib', '3072', '--limit-mb', '2000'];

/** A proof from outside, with the words of its short form, or of its long one. */
const proof = (name, script, short, long = []) => ({
  name,
  ...onBun(script, ...(nightly ? long : short)),
  needs: script.endsWith('.ts') ? script : `${script}/index.ts`,
  proof: true,
});

/** `needs` is the file a step runs; while it is not part of the project, the step is skipped and says so. `proof` wants `"pass": true` in the last line. */
const steps = [
  {
    name: 'format and lint',
    ...node(
      '@biomejs/biome/bin/biome',
      'ci',
      '--error-on-warnings',
      ...(process.stdout.isTTY ? [] : ['--colors=off']),
      '.',
    ),
  },
  { name: 'types', ...node('typescript/bin/tsc', '-b') },
  { name: 'architecture', ...bunTest('test/architecture'), needs: 'test/architecture/repository.test.ts' },
  { name: 'unused code', ...node('knip/bin/knip.js', '--no-progress') },
  {
    name: 'tests',
    ...bunTest('--path-ignore-patterns=test/architecture/**'),
    ...(nightly ? { environment: { FC_RUNS: '20000', SLUICE_CLIENT_SESSIONS: '1' } } : {}),
  },
  {
    name: 'recorded traffic',
    ...onBun('test/corpus/main.ts', ...(nightly ? [] : ['--quick']), '--json'),
    needs: 'test/corpus/main.ts',
  },
  { name: 'binary', ...onBun('scripts/build-binary.mjs') },
  {
    name: 'black-box tests of the binary',
    ...bunTest('test/launcher', ...(nightly ? ['test/e2e', 'test/sdk'] : [])),
    environment: { SLUICE_PROGRAM: 'dist/sluice' },
  },
  proof('fuzz', 'qa/fuzz.ts', ['--requests', '4000', '--streams', '4000']),
  proof('stop under load', 'qa/drain.ts', ['--seconds', '4']),
  // The goal is 64 KiB for each reader; what the runtime's HTTP client holds is more (docs/decisions/0042-slow-readers.md), so the bound is wider.
  proof('slow readers', 'qa/slowread.ts', ['--readers', '100', '--seconds', '5', ...slowReaders], slowReaders),
  proof('who may do what', 'qa/access.ts', ['--quick']),
  proof('nothing secret is written', 'qa/canary', ['--rounds', '1']),
  proof('no way into the network', 'qa/ssrf', ['--every', '10']),
  proof('reload under load', 'qa/reload.ts', ['--good', '25', '--bad', '40']),
  // A gate may run on a busy machine: the short form only tells a loop that hangs.
  proof('stalls', 'qa/stall.ts', [
    '--rounds',
    '1',
    '--pause-ms',
    '50',
    '--limit-p999-ms',
    '250',
    '--limit-max-ms',
    '500',
  ]),
  // A busy machine opens circuits later; the limit of the long form holds where nothing else runs.
  proof('targets down', 'qa/failover.ts', ['--killed', '4', '--ways', '3', '--limit-open-ms', '10000']),
  proof('outage not made worse', 'qa/amplify.ts', ['--requests', '1500']),
  // A busy machine answers late by itself: the short forms only tell who is served and who is told.
  proof('fair shares', 'qa/fair', ['--seconds', '5', '--limit-ratio', '3', '--limit-more-ms', '200']),
  proof(
    'more than can be done',
    'qa/overload',
    ['--seconds', '6', '--limit-p99', '4', '--limit-shed-ms', '2000', '--limit-goodput', '0.7'],
    ['--seconds', '120'],
  ),
  // How soon it is ready is judged where nothing else runs.
  proof('kills', 'qa/kill.ts', ['--kills', '5', '--rows', '20000', '--limit-ready-ms', '20000']),
  proof('books balance', 'qa/ledger-check.ts', ['--calls', '300']),
  proof('money core', 'qa/sim.ts', [], ['--seeds', '10000']),
  // A hundred days from the new year hold a change of clocks in each zone.
  proof('clock jumps', 'qa/clock.ts', ['--days', '100']),
  proof('power cuts', 'qa/powerloss.ts', ['--seeds', '1000']),
  proof('cut streams are charged', 'qa/cut.ts', ['--every', '8']),
  proof('no budget is overspent', 'qa/overspend.ts', ['--calls', '200']),
];

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const step of steps) {
  const begun = performance.now();
  const counts = runStep(step);
  for (const kind of Object.keys(totals)) totals[kind] += counts[kind];
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(`${verdict(counts)} ${step.name} (${seconds} s)${counts.note === undefined ? '' : `: ${counts.note}`}`);
}
rmSync(reports, { recursive: true, force: true });
say(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

function verdict(counts) {
  if (counts.failed > 0) return '✗';
  return counts.passed > 0 ? '✓' : '–';
}

function runStep(step) {
  if (step.needs !== undefined && !existsSync(join(root, step.needs))) {
    const note = `${step.needs} does not exist`;
    return isTracked(step.needs) ? outcome('failed', note) : outcome('skipped', `${note} yet`);
  }
  say(`\n── ${step.name}`);
  const report = join(reports, `${step.name.replaceAll(' ', '-')}.xml`);
  const words = step.junit ? [...step.words, '--reporter=junit', `--reporter-outfile=${report}`] : step.words;
  const { status, signal, stdout } = spawnSync(step.program, words, {
    cwd: root,
    stdio: ['ignore', step.proof ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...step.environment },
    maxBuffer: 1 << 28,
  });
  if (step.proof) process.stdout.write(stdout ?? '');
  if (step.junit) return junitOutcome(report, status, signal);
  if (status !== 0) return outcome('failed', signal === null ? `exit code ${status}` : `ended by ${signal}`);
  return step.proof && !passes(stdout) ? outcome('failed', 'its last line has no "pass": true') : outcome('passed');
}

/** Counts what the test runner reports. A crash, a failure outside of a test and an empty run are failures too. */
function junitOutcome(report, status, signal) {
  const root = existsSync(report) ? /<testsuites [^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] : undefined;
  if (root === undefined)
    return outcome('failed', signal === null ? `no report, exit code ${status}` : `ended by ${signal}`);
  const attribute = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(root)?.[1] ?? 0);
  const [tests, failures, skipped] = [attribute('tests'), attribute('failures'), attribute('skipped')];
  if (tests === 0) return outcome('failed', 'no test ran');
  const outside = status !== 0 && failures === 0 ? 1 : 0;
  return {
    passed: tests - failures - skipped,
    failed: failures + outside,
    skipped,
    note: `${tests} tests${outside === 1 ? `, and exit code ${status} with no failing test: an error outside of one` : ''}`,
  };
}

function passes(stdout) {
  const last = String(stdout).trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last).pass === true;
  } catch {
    return false;
  }
}

function outcome(kind, note) {
  return { passed: 0, failed: 0, skipped: 0, note, [kind]: 1 };
}

/** Whether the project says that the file exists. Outside of git every named file must be there. */
function isTracked(path) {
  const { status } = spawnSync('git', ['ls-files', '--error-unmatch', path], { cwd: root, stdio: 'ignore' });
  const insideGit =
    spawnSync('git', ['rev-parse', '--is-inside-work-tree'], { cwd: root, stdio: 'ignore' }).status === 0;
  return !insideGit || status === 0;
}
