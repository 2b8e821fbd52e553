import { subjects } from '../measure/subject.ts';
import type { Row } from './rows.ts';
import { targetText } from './targets.ts';

const heads = ['', 'value', '× nginx', '× bare proxy', 'target', ''] as const;

/** The rows as a table for people, one block per figure. */
export const tableOf = (rows: readonly Row[]): string => {
  const lines = rows.map(cellsOf);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const text: string[] = [line(heads)];
  let title = '';
  for (const { row, cells } of lines) {
    if (row.title !== title) text.push('', row.unit === '' ? row.title : `${row.title} (${row.unit})`);
    title = row.title;
    text.push(line(cells));
  }
  return text.join('\n');
};

const cellsOf = (row: Row): { readonly row: Row; readonly cells: readonly string[] } => ({
  row,
  cells: [
    `  ${subjects[row.subject].title}`,
    row.value === undefined ? '–' : figure(row.value),
    row.timesNginx === undefined ? '' : row.timesNginx.toFixed(2),
    row.timesBareProxy === undefined ? '' : row.timesBareProxy.toFixed(2),
    row.target === undefined ? '' : targetText(row.target),
    verdict(row),
  ],
});

const figure = (value: number): string => {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
};

const verdict = ({ target, reached, value }: Row): string => {
  if (target === undefined) return '';
  if (value === undefined) return 'not measured';
  if (reached === undefined) return 'no yardstick';
  return reached ? 'reached' : 'MISSED';
};
