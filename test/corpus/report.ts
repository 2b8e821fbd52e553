/** One exchange through one door. */
export interface Row {
  readonly id: string;
  readonly provider: string;
  readonly api: string;
  readonly stream: boolean;
  /** The door's dialect. */
  readonly door: string;
  readonly lane: 'same' | 'other';
  readonly outcome: 'passed' | 'failed' | 'inexpressible';
  /** What was wrong, or why the door cannot say it. */
  readonly causes: readonly string[];
}

interface Cell {
  passed: number;
  total: number;
}

/** A table of passed/applicable by provider, api and streaming, a column for each door. */
export const table = (rows: readonly Row[]): string => {
  const doors = [...new Set(rows.map((row) => row.door))].sort();
  const lines = new Map<string, Map<string, Cell>>();
  for (const row of rows) {
    if (row.outcome === 'inexpressible') continue;
    const name = `${row.provider} ${row.api}${row.stream ? ' stream' : ''}`;
    const line = lines.get(name) ?? new Map<string, Cell>();
    lines.set(name, line);
    const cell = line.get(row.door) ?? { passed: 0, total: 0 };
    line.set(row.door, cell);
    cell.total += 1;
    if (row.outcome === 'passed') cell.passed += 1;
  }
  const written = [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, cells]) => [
      name,
      ...doors.map((door) => {
        const cell = cells.get(door);
        return cell === undefined ? '-' : `${cell.passed}/${cell.total}`;
      }),
    ]);
  return [['provider api', ...doors], ...written].map(aligned).join('\n');
};

/** The same by api alone, as a Markdown table: passed of applicable, and how many recordings the door cannot say. */
export const apiTable = (rows: readonly Row[]): string => {
  const doors = [...new Set(rows.map((row) => row.door))].sort();
  const apis = [...new Set(rows.map((row) => `${row.api}${row.stream ? ', streamed' : ''}`))].sort();
  const cell = (api: string, door: string): string => {
    const all = rows.filter((row) => `${row.api}${row.stream ? ', streamed' : ''}` === api && row.door === door);
    const said = all.filter((row) => row.outcome !== 'inexpressible');
    if (all.length === 0) return '–';
    const unsaid = all.length - said.length;
    const passed = said.filter((row) => row.outcome === 'passed').length;
    return `${passed}/${said.length}${unsaid === 0 ? '' : ` (+${unsaid})`}`;
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['recorded', ...doors.map((door) => `at ${door}`)]),
    line(['---', ...doors.map(() => '---')]),
    ...apis.map((api) => line([api, ...doors.map((door) => cell(api, door))])),
  ].join('\n');
};

const aligned = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(20))).join('');

/** How often each cause stands, most frequent first. */
export const causeCounts = (rows: readonly Row[]): string => {
  const counts = new Map<string, { count: number; example: string }>();
  for (const row of rows) {
    if (row.outcome !== 'failed') continue;
    const key = `${row.api} at ${row.door}: ${row.causes.join(', ')}`.slice(0, 200);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { count: 1, example: row.id });
    else known.count += 1;
  }
  return [...counts]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([key, { count, example }]) => `${String(count).padStart(5)}  ${key}  (${example})`)
    .join('\n');
};
