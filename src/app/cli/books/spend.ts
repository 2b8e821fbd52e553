import { readSpend, type Spend } from '../../../adapters/sqlite/upkeep/read-spend.ts';
import { usdText } from '../../../core/money/usd-text.ts';
import { type SumDimension, sumDimensions, type UsageSum } from '../../../ports/fact-store.ts';
import { UsageError } from '../../launch/usage-error.ts';
import { exitCodes, type Given, type Terminal } from '../command.ts';
import { existingLedger, told } from './existing-ledger.ts';
import { timeOf } from './time-flag.ts';

const mostRows = 1000;

/** `sluice spend --by key`: what was spent, from the sums by the hour. Works while the gateway runs. */
export const spend = (given: Given, terminal: Terminal): Promise<number> => {
  const { flags } = given;
  const by = dimensions(flags['by'] ?? 'model');
  const fromMs = timeOf('--from', flags['from']);
  const toMs = timeOf('--to', flags['to']);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs)
    throw new UsageError('--to must be later than --from.');
  return told(terminal, () => {
    const found = readSpend(existingLedger(given, terminal), {
      filter: {
        orgId: flags['org'] ?? 'default',
        ...(fromMs === undefined ? {} : { fromMs }),
        ...(toMs === undefined ? {} : { toMs }),
      },
      by,
      limit: mostRows,
    });
    if (flags['json'] !== undefined) terminal.out(JSON.stringify(found.sums.map((sum) => asJson(sum, by, found))));
    else for (const line of table(found, by)) terminal.out(line);
    return exitCodes.ok;
  });
};

const dimensions = (text: string): readonly SumDimension[] =>
  text.split(',').map((word) => {
    const known = sumDimensions.find((name) => name === word.trim());
    if (known === undefined)
      throw new UsageError(`--by takes ${sumDimensions.join(', ')}, got "${word.slice(0, 40)}".`);
    return known;
  });

const asJson = (sum: UsageSum, by: readonly SumDimension[], found: Spend) => ({
  ...Object.fromEntries(by.map((dimension) => [dimension, shownValue(sum, dimension)])),
  ...Object.fromEntries(
    by.flatMap((dimension) => {
      const alias = found.aliases.get(`${dimension}:${sum.group[dimension] ?? ''}`);
      return alias === undefined ? [] : [[`${dimension}_alias`, alias]];
    }),
  ),
  requests: Number(sum.requests),
  failures: Number(sum.failures),
  input_tokens: Number(sum.inputTokens),
  output_tokens: Number(sum.outputTokens),
  usd: usdText(sum.nanoUsd),
});

const shownValue = (sum: UsageSum, dimension: SumDimension): string => {
  const value = sum.group[dimension] ?? '';
  if (dimension === 'day') return new Date(Number(value)).toISOString().slice(0, 10);
  return dimension === 'hour' ? new Date(Number(value)).toISOString().slice(0, 16) : value;
};

const table = (found: Spend, by: readonly SumDimension[]): readonly string[] => {
  const head = [...by, 'requests', 'input', 'output', 'usd'];
  const rows = found.sums.map((sum) => [
    ...by.map((dimension) => {
      const value = shownValue(sum, dimension);
      const alias = found.aliases.get(`${dimension}:${value}`);
      return alias === undefined ? value || '–' : `${alias} (${value})`;
    }),
    ...[sum.requests, sum.inputTokens, sum.outputTokens].map(String),
    usdText(sum.nanoUsd),
  ]);
  if (rows.length === 0) return ['Nothing was spent.'];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) =>
        column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
};
