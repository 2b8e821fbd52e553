import { measureCascade } from './routing/cascade.ts';
import { measureFewShot } from './routing/few-shot.ts';
import { Figures } from './routing/figure.ts';
import { isMultiModel, measureTable } from './routing/multi-model.ts';
import { type Options, readOptions, usage } from './routing/options.ts';
import { isPair, measurePair } from './routing/pairs.ts';
import { measureSpeed } from './routing/speed.ts';
import { measureStability } from './routing/stability.ts';
import { readTables, type Table } from './routing/tables.ts';
import { targetsOf } from './routing/targets.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const bench = ({ train, test, quick, parts, json }: Options): void => {
  const begunMs = performance.now();
  const learned = readTables(train);
  const tested = test === undefined ? learned : readTables(test);
  const training: ReadonlyMap<string, Table> | undefined = test === undefined ? undefined : learned;
  const seeds = quick ? [0] : [0, 1, 2, 3, 4];
  const figures = new Figures(say);
  const run = { figures, seeds, draws: quick ? 50 : 300, training };
  const tables = [...tested.values()];
  say(
    `Learned from ${train}, ${test === undefined ? 'tested in five folds' : `tested on ${test}`}; seeds ${seeds.join(', ')}.`,
  );
  const several = tables.filter(isMultiModel);
  if (parts.has('tables')) for (const table of several) measureTable(table, run);
  if (parts.has('pairs')) for (const table of tables.filter(isPair)) measurePair(table, run);
  if (parts.has('few-shot')) for (const table of several) measureFewShot(table, run);
  if (parts.has('cascade')) for (const table of several) measureCascade(table, run);
  if (parts.has('stability')) for (const table of several) measureStability(table, run);
  if (parts.has('speed')) for (const table of tables.filter(({ name }) => name === 'mmlupro')) measureSpeed(table, run);
  const targets = targetsOf(figures);
  say('\nTargets');
  for (const [name, { value, target, atMost, met }] of Object.entries(targets))
    say(
      `${met ? 'met   ' : 'missed'}  ${name.padEnd(44)} ${value ?? 'not measured'}  (${atMost === true ? 'at most' : 'at least'} ${target})`,
    );
  const seconds = Math.round((performance.now() - begunMs) / 1000);
  if (json)
    say(
      JSON.stringify({ bench: 'routing', train, test: test ?? null, seeds, seconds, figures: shown(figures), targets }),
    );
};

const shown = ({ all }: Figures) =>
  all.map((figure) => ({ ...figure, value: Number.isFinite(figure.value) ? figure.value : null }));

const options = readOptions(Bun.argv.slice(2));
if (options === 'help') say(usage);
else bench(options);
