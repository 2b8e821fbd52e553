import { expect, test } from 'bun:test';
import { crossFitted } from '../baselines/baseline.ts';
import { neighbourLearner } from '../baselines/neighbour-learner.ts';
import { settingOf } from '../curves/sweep.ts';
import { evaluate } from '../evaluate.ts';
import { csvReport } from './csv-report.ts';
import { htmlReport } from './html-report.ts';

const rows = Array.from({ length: 80 }, (_, index) => ({
  id: String(index),
  prompt: index % 2 === 0 ? `law court ${index}` : `code loop ${index}`,
  slice: index % 2 === 0 ? '=law, "civil"' : '<script>code',
  scores: index % 2 === 0 ? [0, 1] : [1, 0],
  costs: [1, 2],
}));
const folds = Int32Array.from(rows, (_, index) => index % 5);
const predicted = crossFitted(neighbourLearner(10), { rows, models: 2, folds });
const report = evaluate({
  models: ['a/<b>', 'b&c'],
  rows,
  leftOut: 0,
  groups: Int32Array.from(rows, (_, index) => index),
  folds,
  predicted,
  choices: settingOf(predicted, 100).choices,
  target: 1,
  seed: 's',
  draws: 100,
});

test('the page stands alone, tells the verdict first, and shows names from files as text', () => {
  const page = htmlReport(report, 'Support <router>');
  expect(page).toContain('<strong>Better than the best single model.</strong>');
  expect(page).toContain('Support &lt;router&gt;');
  expect(page).toContain('a/&lt;b&gt;');
  expect(page).not.toMatch(/<script|https?:|src=|@import/);
  expect(page).not.toContain('NaN');
  expect(page).toContain('class="band"');
});

test('the table can be read back, and no cell of it is a formula', () => {
  const lines = csvReport(report).trimEnd().split('\n');
  expect(lines[0]).toBe('kind,name,cost,quality,low,high');
  expect(lines[1]).toBe('single,a/<b>,1,0.5,,');
  expect(lines.filter((line) => line.startsWith('slice router,'))[0]).toStartWith('slice router,"\'=law, ""civil"""');
});

test('a report survives being written as JSON', () => {
  expect(JSON.parse(JSON.stringify(report)).verdict.word).toBe('better');
});
