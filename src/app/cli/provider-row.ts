import type { ActiveProvider } from '../../core/catalog/active-provider.ts';

/** A provider as `sluice providers` shows it; never with its key. */
export interface ProviderRow {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly baseUrl: string;
  readonly ready: boolean;
  /** Why it is not ready, and what to do. */
  readonly reason?: string;
  /** Where its key was found: a variable, `config` or `none`. */
  readonly key: string;
  /** Where keys are looked for. */
  readonly keyVariables: readonly string[];
  readonly addressVariables: readonly string[];
  readonly serves: readonly string[];
  readonly dialects: readonly string[];
  readonly quirks: readonly string[];
  readonly evidence: string;
}

export const providerRow = ({ entry, ready, reason, keySource }: ActiveProvider): ProviderRow => ({
  id: entry.id,
  aliases: entry.aliases ?? [],
  title: entry.title,
  baseUrl: withoutPassword(entry.baseUrl),
  ready,
  ...(reason === undefined ? {} : { reason }),
  key: keySource.kind === 'environment' ? keySource.variable : keySource.kind,
  keyVariables: entry.auth.kind === 'none' ? [] : entry.auth.env,
  addressVariables: [
    ...(entry.baseUrlEnv ?? []),
    ...Object.values(entry.variables ?? {}).flatMap((variable) => variable.env),
  ],
  serves: Object.keys(entry.serves),
  dialects: [...new Set(Object.values(entry.serves).flatMap((ways) => ways.map(({ dialect }) => dialect)))],
  quirks: entry.quirks ?? [],
  evidence: entry.evidence,
});

/** An address may carry a name and a password for a proxy in front of the host. */
const withoutPassword = (address: string): string => address.replace(/\/\/[^/]*@/, '//***@');

/** The rows as columns, those that can be called first. */
export const providerTable = (rows: readonly ProviderRow[]): readonly string[] => {
  const sorted = [...rows.filter(({ ready }) => ready), ...rows.filter(({ ready }) => !ready)];
  const cells = [['', 'id', 'evidence', 'operations', 'formats', 'key'], ...sorted.map(cellsOf)];
  const widths = cells.reduce<readonly number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const cellsOf = (row: ProviderRow): readonly string[] => [
  row.ready ? 'ready' : '-',
  row.id,
  row.evidence,
  row.serves.join(', '),
  row.dialects.join(', '),
  row.ready ? keyFound(row) : (row.reason ?? ''),
];

const keyFound = ({ key, keyVariables }: ProviderRow): string => {
  if (key === 'config') return 'from the config file';
  return key === 'none' ? (keyVariables.length === 0 ? 'needs none' : 'none found, needs none') : `from ${key}`;
};
