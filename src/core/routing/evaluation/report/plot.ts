import { nonDecreasingHull } from '../curves/hull.ts';
import type { Point } from '../curves/point.ts';
import type { EvaluationReport } from '../evaluation-report.ts';
import { escaped, perThousand, points } from './figures.ts';

const [width, height] = [760, 440];
const margin = { left: 64, right: 24, top: 20, bottom: 48 };

type Place = (point: Point) => readonly [x: number, y: number];

/** Cost against quality as one SVG picture: single models, mixing them at random, the router with its interval, and the oracle. */
export const plot = (report: EvaluationReport): string => {
  const { router, singles } = report;
  const zero = nonDecreasingHull(singles);
  const oracle = nonDecreasingHull(report.oracle.curve);
  const curve = nonDecreasingHull(router.curve);
  const band = router.curve.filter(({ cost, low }) => Number.isFinite(cost) && Number.isFinite(low));
  const shown = [...singles, ...zero, ...oracle, ...curve, router.chosen].filter(isKnown);
  const scale = scaleOf(shown);
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Cost and quality of the router and of single models">`,
    axes(scale),
    bandOf(band, scale.place),
    line(zero, scale.place, 'zero'),
    line(oracle, scale.place, 'oracle'),
    line(curve, scale.place, 'router'),
    ...singles.filter(isKnown).map((model) => dot(model, model.name, { place: scale.place, kind: 'single' })),
    dot(router.chosen, 'router as set', { place: scale.place, kind: 'chosen' }),
    '</svg>',
  ].join('\n');
};

const isKnown = ({ cost, quality }: Point): boolean => Number.isFinite(cost) && Number.isFinite(quality);

interface Scale {
  readonly place: Place;
  readonly costs: readonly number[];
  readonly qualities: readonly number[];
}

const scaleOf = (shown: readonly Point[]): Scale => {
  const cost = rangeOf(shown.map((point) => point.cost));
  const quality = rangeOf(shown.map((point) => point.quality));
  const place: Place = (point) => [
    margin.left + ((point.cost - cost.from) / (cost.to - cost.from)) * (width - margin.left - margin.right),
    height -
      margin.bottom -
      ((point.quality - quality.from) / (quality.to - quality.from)) * (height - margin.top - margin.bottom),
  ];
  return { place, costs: ticks(cost), qualities: ticks(quality) };
};

const rangeOf = (values: readonly number[]): { readonly from: number; readonly to: number } => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = most > least ? (most - least) * 0.06 : Math.abs(most) * 0.1 || 0.01;
  return { from: Math.max(0, least - room), to: most + room };
};

const ticks = ({ from, to }: { readonly from: number; readonly to: number }): readonly number[] =>
  Array.from({ length: 5 }, (_, index) => from + ((to - from) * index) / 4);

const axes = ({ place, costs, qualities }: Scale): string => {
  const [left, bottom] = [margin.left, height - margin.bottom];
  const across = qualities.map((quality) => {
    const [, y] = place({ cost: costs[0] ?? 0, quality });
    return `<path class="grid" d="M${left} ${at(y)}H${width - margin.right}"/><text x="${left - 8}" y="${at(y + 4)}" text-anchor="end">${points(quality)}</text>`;
  });
  const along = costs.map((cost) => {
    const [x] = place({ cost, quality: qualities[0] ?? 0 });
    return `<text x="${at(x)}" y="${bottom + 18}" text-anchor="middle">${perThousand(cost)}</text>`;
  });
  return [
    ...across,
    ...along,
    `<text x="${(left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">dollars for 1,000 requests</text>`,
    `<text transform="translate(16 ${(margin.top + bottom) / 2}) rotate(-90)" text-anchor="middle">quality, points of 100</text>`,
  ].join('\n');
};

const at = (value: number): string => value.toFixed(1);

const line = (corners: readonly Point[], place: Place, kind: string): string =>
  `<polyline class="${kind}" points="${corners.map((corner) => place(corner).map(at).join(',')).join(' ')}"/>`;

const bandOf = (curve: EvaluationReport['router']['curve'], place: Place): string => {
  const sorted = curve.toSorted((one, other) => one.cost - other.cost);
  const above = sorted.map(({ cost, high }) => place({ cost, quality: high }));
  const below = sorted.toReversed().map(({ cost, low }) => place({ cost, quality: low }));
  return `<polygon class="band" points="${[...above, ...below].map((corner) => corner.map(at).join(',')).join(' ')}"/>`;
};

const dot = (point: Point, name: string, { place, kind }: { readonly place: Place; readonly kind: string }): string => {
  const [x, y] = place(point);
  const end = x > width - 180;
  const label = `<text class="label" x="${at(end ? x - 8 : x + 8)}" y="${at(y - 6)}"${end ? ' text-anchor="end"' : ''}>${escaped(name.slice(0, 40))}</text>`;
  const told = `${escaped(name)}: ${points(point.quality)} at ${perThousand(point.cost)}`;
  return `<circle class="${kind}" cx="${at(x)}" cy="${at(y)}" r="${kind === 'chosen' ? 7 : 4.5}"><title>${told}</title></circle>${label}`;
};
