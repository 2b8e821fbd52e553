import { awsRegion } from '../../core/catalog/cloud-credentials.ts';
import type { AddressVariable, ProviderEntry, ServedBy } from '../../core/catalog/provider.ts';
import type { Environment } from '../expand-environment.ts';

/** What may stand in an address: nothing that could lead a key to another host or path. */
export const addressPart = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Filled in for each call instead of once. */
const callPlaceholders: readonly string[] = ['model', 'method'];

/** The names of the variables an address or path holds. */
export const variablesIn = (template: string): readonly string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !callPlaceholders.includes(name));

export interface Filled {
  readonly entry: ProviderEntry;
  readonly values: Readonly<Record<string, string>>;
  /** Why it cannot be called, as one sentence that begins in lower case. */
  readonly problem?: string;
}

/** The entry with its variables filled in: from the config file, else the environment, else their presets. */
export const fillVariables = (
  entry: ProviderEntry,
  given: Readonly<Record<string, string>> | undefined,
  environment: Environment,
): Filled => {
  const values = valuesOf(entry, given, environment);
  const baseUrl = addressFor(entry, values);
  const based = baseUrl === entry.baseUrl ? entry : { ...entry, baseUrl };
  const needed = [...new Set([...templatesOf(based).flatMap(variablesIn), ...alwaysNeeded(entry)])];
  if (needed.length === 0) return { entry: based, values };
  const problem = needed.map((name) => problemOf(entry, name, values[name])).find((found) => found !== undefined);
  if (problem !== undefined) return { entry: based, values, problem };
  return { entry: filledIn(based, values), values };
};

const variablesOf = (entry: ProviderEntry): Readonly<Record<string, AddressVariable>> =>
  entry.auth.kind === 'aws' ? { region: awsRegion, ...entry.variables } : (entry.variables ?? {});

/** Signatures name a region even where the address does not. */
const alwaysNeeded = (entry: ProviderEntry): readonly string[] => (entry.auth.kind === 'aws' ? ['region'] : []);

const valuesOf = (
  entry: ProviderEntry,
  given: Readonly<Record<string, string>> | undefined,
  environment: Environment,
): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const [name, { env, preset }] of Object.entries(variablesOf(entry))) {
    const variable = env.find((candidate) => (environment[candidate]?.trim() ?? '') !== '');
    const found = variable === undefined ? preset : environment[variable]?.trim();
    if (found !== undefined) values[name] = found;
  }
  return { ...values, ...given };
};

const addressFor = (entry: ProviderEntry, values: Readonly<Record<string, string>>): string =>
  entry.baseUrlCases?.find(({ variable, values: cases }) => cases.includes(values[variable] ?? ''))?.baseUrl ??
  entry.baseUrl;

const templatesOf = (entry: ProviderEntry): readonly string[] => [
  entry.baseUrl,
  ...Object.values(entry.serves).flatMap((ways) => ways.flatMap(({ path, streamPath = '' }) => [path, streamPath])),
];

const problemOf = (entry: ProviderEntry, name: string, value: string | undefined): string | undefined => {
  const { about = name, env = [] } = variablesOf(entry)[name] ?? {};
  const setting = `variables: {${name}: …}`;
  if (value === undefined) {
    const variable = env.length === 0 ? '' : `set ${env.join(' or ')}, or `;
    return `it needs ${about}; ${variable}write \`${setting}\` under it in the config file.`;
  }
  if (addressPart.test(value)) return undefined;
  return `its ${name} may hold only letters, digits, ".", "_" and "-"; correct ${[...env, `\`${setting}\``].join(' or ')}.`;
};

const filledIn = (entry: ProviderEntry, values: Readonly<Record<string, string>>): ProviderEntry => {
  const fill = (template: string): string =>
    template.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) =>
      callPlaceholders.includes(name) ? whole : (values[name] ?? whole),
    );
  const filledWay = (way: ServedBy): ServedBy => ({
    ...way,
    path: fill(way.path),
    ...(way.streamPath === undefined ? {} : { streamPath: fill(way.streamPath) }),
  });
  return {
    ...entry,
    baseUrl: fill(entry.baseUrl),
    serves: Object.fromEntries(
      Object.entries(entry.serves).map(([operation, ways]) => [operation, ways.map(filledWay)]),
    ),
  };
};
