import { type CloudKind, cloudKinds, credentialFields } from '../../core/catalog/cloud-credentials.ts';
import type { ProviderEntry } from '../../core/catalog/provider.ts';
import type { Finding } from '../config-problem.ts';
import type { ProviderDocument } from '../provider-schema.ts';
import type { DocumentPath } from '../read-yaml.ts';
import { variablesIn } from './fill-variables.ts';

/** What the schema cannot see of `variables` and `credentials`: names that the provider has no use for. `known` is its entry in the catalogue. */
export const checkCloud = (
  provider: ProviderDocument,
  known: ProviderEntry | undefined,
  path: DocumentPath,
): readonly Finding[] => [
  ...unusedVariables(provider, known, path),
  ...unfitCredentials(provider, known, path),
  ...unnamedVariables(provider, known, path),
];

const unusedVariables = (
  provider: ProviderDocument,
  known: ProviderEntry | undefined,
  path: DocumentPath,
): readonly Finding[] => {
  const usable = new Set([...Object.keys(known?.variables ?? {}), ...ownVariables(provider).map(({ name }) => name)]);
  if ((provider.auth ?? known?.auth)?.kind === 'aws') usable.add('region');
  return Object.keys(provider.variables ?? {})
    .filter((name) => !usable.has(name))
    .map((name) => ({
      path: [...path, 'variables', name],
      part: 'key',
      message: `is not a variable of "${provider.id}"`,
      fix: usable.size === 0 ? 'remove it; its address has no variables' : `its variables: ${[...usable].join(', ')}`,
    }));
};

/** A variable in an address the file writes that has no value anywhere. */
const unnamedVariables = (
  provider: ProviderDocument,
  known: ProviderEntry | undefined,
  path: DocumentPath,
): readonly Finding[] =>
  ownVariables(provider)
    .filter(({ name }) => provider.variables?.[name] === undefined && known?.variables?.[name] === undefined)
    .filter(({ name }) => name !== 'region' || (provider.auth ?? known?.auth)?.kind !== 'aws')
    .map(({ name, at }) => ({
      path: [...path, ...at],
      part: 'value',
      message: `holds {${name}}, which has no value`,
      fix: name === '' ? 'remove the braces' : `add \`variables: {${name}: …}\` to "${provider.id}"`,
    }));

/** The variables in the addresses the file itself writes. */
const ownVariables = (provider: ProviderDocument): readonly { readonly name: string; readonly at: DocumentPath }[] => [
  ...variablesIn(provider.base_url ?? '').map((name) => ({ name, at: ['base_url'] })),
  ...Object.entries(provider.serves ?? {}).flatMap(([operation, ways]) =>
    (ways ?? []).flatMap((way) =>
      variablesIn(way.path + (way.stream_path ?? '')).map((name) => ({ name, at: ['serves', operation] })),
    ),
  ),
];

const unfitCredentials = (
  provider: ProviderDocument,
  known: ProviderEntry | undefined,
  path: DocumentPath,
): readonly Finding[] => {
  const kind = (provider.auth ?? known?.auth)?.kind ?? 'bearer';
  const fields: readonly string[] = isCloud(kind) ? Object.keys(credentialFields[kind]) : [];
  return Object.keys(provider.credentials ?? {})
    .filter((name) => !fields.includes(name))
    .map((name) => ({
      path: [...path, 'credentials', name],
      part: 'key',
      message: `does not fit the auth of "${provider.id}", which is ${kind}`,
      fix: fields.length === 0 ? 'write api_key instead' : `known: ${fields.join(', ')}`,
    }));
};

const isCloud = (kind: string): kind is CloudKind => (cloudKinds as readonly string[]).includes(kind);
