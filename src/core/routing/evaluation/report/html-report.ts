import type { EvaluationReport } from '../evaluation-report.ts';
import { escaped, percent, perThousand, points } from './figures.ts';
import { plot } from './plot.ts';

/** The whole evaluation as one page that needs nothing else: no script, no font, no address. */
export const htmlReport = (report: EvaluationReport, title: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
<main>
<h1>${escaped(title)}</h1>
${verdict(report)}
${report.priced ? '' : '<p>No cost is known of these models, so quality alone is judged, and costs stand at zero.</p>'}
<figure>${plot(report)}<figcaption>${legend}</figcaption></figure>
<h2>Figures</h2>
${table(['', 'value', 'what it says'], figures(report))}
<h2>Models and baselines</h2>
${table(['', 'dollars for 1,000 requests', 'quality', 'share of the router’s choices'], modelRows(report))}
${table(['baseline', 'AIQ (per cost range)', 'cost saved at 95 % of the best quality'], baselineRows(report))}
<h2>By slice</h2>
${table(['slice', 'queries', 'router', report.bestSingle.name, 'oracle', 'router’s dollars for 1,000'], sliceRows(report))}
<h2>The pool</h2>
${pool(report)}
<h2>Foreseen and come true</h2>
${table(
  ['foreseen', 'came', 'predictions'],
  report.calibration.bins.map((bin) => [points(bin.predicted), points(bin.actual), String(bin.count)]),
)}
<p>On average ${points(report.calibration.ece)} points apart.</p>
<p class="small">${report.rows} queries in ${report.groups} groups of near-duplicates; each was chosen for by a router that had seen neither it nor its group (${report.folds} folds, seed ${escaped(report.seed)}). ${report.leftOut} queries were left out because a score or a cost is missing, or because there are more than are needed. Intervals are bootstrapped over groups: 95 %, for the verdict 99 %.</p>
</main>
</html>
`;

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#d5dbe1;--router:#0b6bcb;--zero:#8a6d00;--oracle:#2e7d32;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15181c;--faint:#3a424b;--router:#6cb2ff;--zero:#e0b83c;--oracle:#7ed384;--bad:#ff8a80}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:820px;margin:0 auto;padding:24px 16px}
.verdict{border-left:6px solid var(--faint);padding:8px 16px;font-size:1.1em}.better{border-color:var(--oracle)}.worse{border-color:var(--bad)}
table{border-collapse:collapse;width:100%;margin:8px 0 20px;font-size:.92em}th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--faint);vertical-align:top}
figure{margin:20px 0}svg{width:100%;height:auto}svg text{fill:var(--ink);font-size:12px}
.grid{stroke:var(--faint);stroke-width:1}polyline{fill:none;stroke-width:2}
.router{stroke:var(--router)}.zero{stroke:var(--zero);stroke-dasharray:6 4}.oracle{stroke:var(--oracle);stroke-dasharray:2 4}
.band{fill:var(--router);opacity:.15}.single{fill:var(--zero)}.chosen{fill:var(--router)}.label{font-size:11px}.small{font-size:.85em}
.key{display:inline-block;margin-right:18px}.key::before{content:"";display:inline-block;width:22px;border-top:3px solid currentColor;vertical-align:middle;margin-right:6px}
.key.r{color:var(--router)}.key.z{color:var(--zero)}.key.o{color:var(--oracle)}`;

const legend =
  '<span class="key r">router, with the range in which it would come out nineteen times of twenty</span><span class="key z">single models, mixed at random</span><span class="key o">oracle: knows each answer beforehand</span>';

const words = {
  better: 'Better than the best single model',
  'not shown': 'Not shown to be better',
  worse: 'Worse',
} as const;

const verdict = ({ verdict: given }: EvaluationReport): string =>
  `<p class="verdict ${given.word === 'not shown' ? 'open' : given.word}"><strong>${words[given.word]}.</strong> ${escaped(given.sentence)}</p>`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cells = (row: readonly string[], kind: 'th' | 'td'): string =>
    `<tr>${row.map((text) => `<${kind}>${escaped(text)}</${kind}>`).join('')}</tr>`;
  return `<table>${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`;
};

const figures = (report: EvaluationReport): readonly (readonly string[])[] => {
  const { router, bestSingle, aiq, costSave, perfGain } = report;
  const { cost, quality } = router.intervals;
  const best = bestSingle.name;
  return [
    [
      'quality',
      `${points(quality.value)} (${points(quality.low)} to ${points(quality.high)})`,
      `as set: ${percent(report.target)} of the best single model was asked for`,
    ],
    [
      'cost',
      `${perThousand(cost.value)} (${perThousand(cost.low)} to ${perThousand(cost.high)})`,
      'for 1,000 requests, as set',
    ],
    ['best single model', `${points(bestSingle.quality)} at ${perThousand(bestSingle.cost)}`, best],
    ['CostSave', percent(costSave.at100), `of the cost of ${best}, at its quality`],
    ['', percent(costSave.at98), 'at 98 % of its quality'],
    ['', percent(costSave.at95), 'at 95 % of its quality'],
    ['PerfGain', `${points(perfGain.absolute)} points`, `the best setting above ${best}`],
    [
      'AIQ, per cost range',
      aiq.router.perCostRange.toFixed(4),
      `mixing at random ${aiq.zero.perCostRange.toFixed(4)}, oracle ${aiq.oracle.perCostRange.toFixed(4)}`,
    ],
    [
      'AIQ, per maximum cost',
      aiq.router.perMaximumCost.toFixed(4),
      `mixing at random ${aiq.zero.perMaximumCost.toFixed(4)}, oracle ${aiq.oracle.perMaximumCost.toFixed(4)}`,
    ],
    ['ParetoDist', report.paretoDist.toFixed(4), 'behind the frontier of single models; 0 is on it or beyond'],
    ['regret', `${points(report.regret)} points`, 'below the oracle, as set'],
  ];
};

const modelRows = (report: EvaluationReport): readonly (readonly string[])[] => [
  ...report.singles.map(({ name, cost, quality }) => [
    name,
    perThousand(cost),
    points(quality),
    percent(report.shares.find(({ model }) => model === name)?.share),
  ]),
  ['router as set', perThousand(report.router.chosen.cost), points(report.router.chosen.quality), ''],
  ['oracle', perThousand(report.oracle.chosen.cost), points(report.oracle.chosen.quality), ''],
  ['a model drawn by lot', perThousand(report.random.cost), points(report.random.quality), ''],
];

const baselineRows = ({ baselines }: EvaluationReport): readonly (readonly string[])[] =>
  baselines.map(({ name, aiq, save95 }) => [name, aiq.perCostRange.toFixed(4), percent(save95)]);

const sliceRows = ({ slices }: EvaluationReport): readonly (readonly string[])[] =>
  slices.map(({ slice, rows, router, bestSingle, oracle }) => [
    slice,
    String(rows),
    points(router.quality),
    points(bestSingle.quality),
    points(oracle.quality),
    perThousand(router.cost),
  ]);

const pool = ({ pool: { dominated, proposed } }: EvaluationReport): string => {
  const gone = dominated.map(({ model, by }) => `${model} (${by} costs no more and is no worse, in every slice)`);
  const said = gone.length === 0 ? 'No model is replaced by another.' : `Not needed: ${gone.join('; ')}.`;
  const rows = proposed.map(({ model, addsMixing, addsOracle }, index) => [
    model,
    index === 0 ? points(addsMixing) : `+${points(addsMixing)}`,
    index === 0 ? points(addsOracle) : `+${points(addsOracle)}`,
  ]);
  return `<p>${escaped(said)}</p>${table(['proposed, most useful first', 'mixing at random', 'best answer of each query'], rows)}`;
};
