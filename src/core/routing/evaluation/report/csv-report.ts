import type { Point } from '../curves/point.ts';
import type { EvaluationReport } from '../evaluation-report.ts';

/** The points of the plot as CSV, to be drawn elsewhere: kind, name, dollars a request, quality, and the interval where there is one. */
export const csvReport = (report: EvaluationReport): string => {
  const rows = [
    ...report.singles.map((one) => rowOf('single', one.name, one)),
    rowOf('router', 'as set', report.router.chosen, report.router.intervals.quality),
    ...report.router.curve.map((one) => rowOf('router', `dollars per quality ${one.dollarsPerQuality}`, one, one)),
    ...report.oracle.curve.map((one) => rowOf('oracle', '', one)),
    rowOf('random', '', report.random),
    ...report.baselines.flatMap(({ name, curve }) => curve.map((one) => rowOf('baseline', name, one))),
    ...report.slices.flatMap(({ slice, router, bestSingle, oracle }) => [
      rowOf('slice router', slice, router),
      rowOf('slice best single', slice, bestSingle),
      rowOf('slice oracle', slice, oracle),
    ]),
  ];
  return `${['kind,name,cost,quality,low,high', ...rows].join('\n')}\n`;
};

const rowOf = (
  kind: string,
  name: string,
  { cost, quality }: Point,
  interval?: { readonly low: number; readonly high: number },
): string => [kind, quoted(name), ...[cost, quality, interval?.low, interval?.high].map(figure)].join(',');

/** As exact as anybody needs, without the last bits of sums. */
const figure = (value: number | undefined): string =>
  value === undefined ? '' : String(Number(value.toPrecision(12)));

/** A name that begins like a formula must not be one where the file is opened. */
const quoted = (text: string): string => {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};
