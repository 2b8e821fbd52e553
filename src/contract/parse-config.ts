import { checkProviders } from './check-providers.ts';
import type { ConfigProblem, Finding } from './config-problem.ts';
import { type ConfigDocument, configSchema } from './config-schema.ts';
import { type Environment, expandEnvironment } from './expand-environment.ts';
import { explainIssue, pathText } from './explain-issue.ts';
import { checkModels } from './models/check-models.ts';
import { checkFiles } from './network/check-files.ts';
import { checkPorts } from './network/check-ports.ts';
import { type ConfigFiles, noFiles } from './network/config-files.ts';
import { readYaml, type YamlText } from './read-yaml.ts';
import { checkRouteSizes, checkRoutes } from './routes/check-routes.ts';
import type { SluiceConfig } from './settings.ts';
import { toSettings } from './to-settings.ts';

export type ParsedConfig =
  | {
      readonly config: SluiceConfig;
      /** Where in the text something stands that was found wrong later. */
      readonly place: (finding: Finding) => ConfigProblem;
    }
  | { readonly problems: readonly ConfigProblem[] };

/** Reads and checks the text of `sluice.yaml`. Values never appear in messages, since they may be secrets. */
export const parseConfig = (text: string, environment: Environment, files: ConfigFiles = noFiles): ParsedConfig => {
  const yaml = readYaml(text);
  if ('problems' in yaml) {
    const fix =
      'Correct the YAML; `key: value` pairs are nested by spaces, and `${NAME}` inside { } or [ ] needs quotes.';
    return { problems: yaml.problems.map((problem) => ({ path: '', ...problem, fix })) };
  }
  if (typeof yaml.value !== 'object' || yaml.value === null || Array.isArray(yaml.value)) {
    return {
      problems: [
        {
          path: '',
          line: 1,
          column: 1,
          message: 'The document must be a map of settings.',
          fix: 'Begin with a key such as `providers:`.',
        },
      ],
    };
  }
  const expanded = expandEnvironment(withSnakeCase(yaml.value), environment);
  const missing = expanded.missing.map(
    ({ path, name }): Finding => ({
      path,
      part: 'value',
      message: `names the environment variable ${name}, which is not set`,
      fix: `set ${name}, or write \${${name}:-default}`,
    }),
  );
  const checked = check(expanded.value, expanded.touched);
  const unset = new Set(missing.map((finding) => JSON.stringify(finding.path)));
  const findings =
    'findings' in checked
      ? checked.findings
      : [...checkDocument(checked.document, environment), ...checkFiles(checked.document, files)];
  // A value that could not be filled in is wrong for that reason alone.
  const all = [...missing, ...findings.filter((finding) => !unset.has(JSON.stringify(finding.path)))];
  if (all.length > 0) return { problems: all.map((finding) => placed(finding, yaml)).sort(byPlace) };
  if (!('document' in checked)) return { problems: [] };
  return { config: toSettings(checked.document, files), place: (finding) => placed(finding, yaml) };
};

const checkDocument = (document: ConfigDocument, environment: Environment): readonly Finding[] => [
  ...checkProviders(document, environment),
  ...checkModels(document),
  ...checkRoutes(document),
  ...checkPorts(document),
];

const placed = (finding: Finding, yaml: YamlText): ConfigProblem => ({
  path: pathText(finding.path),
  ...yaml.locate(finding.path, finding.part),
  message: finding.message,
  fix: finding.fix,
});

const byPlace = (one: ConfigProblem, other: ConfigProblem): number =>
  one.line - other.line || one.column - other.column;

const check = (
  value: unknown,
  touched: ReadonlySet<string>,
): { document: ConfigDocument } | { findings: Finding[] } => {
  const sizes = checkRouteSizes(value as object);
  if (sizes.length > 0) return { findings: [...sizes] };
  const first = configSchema.safeParse(value);
  if (first.success) return { document: first.data };
  // `port: ${PORT}` gives a text where a number is wanted: variables have no types, so it is read again as the type that is asked for.
  const typed = first.error.issues.reduce(
    (draft, issue) => (touched.has(JSON.stringify(issue.path)) ? retyped(draft, issue.path, issue) : draft),
    value,
  );
  const second = typed === value ? first : configSchema.safeParse(typed);
  if (second.success) return { document: second.data };
  return { findings: second.error.issues.flatMap((issue) => explainIssue(issue, typed)) };
};

const retyped = (
  value: unknown,
  path: readonly PropertyKey[],
  issue: { readonly code?: string; readonly expected?: string },
): unknown => {
  const [step, ...rest] = path;
  if (step !== undefined) {
    if (Array.isArray(value)) return value.map((item, index) => (index === step ? retyped(item, rest, issue) : item));
    const object = value as Record<PropertyKey, unknown>;
    return { ...object, [step]: retyped(object[step], rest, issue) };
  }
  if (typeof value !== 'string' || issue.code !== 'invalid_type') return value;
  if (issue.expected === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : value;
};

/** Provider entries may also be written with the catalogue's own spellings, such as `baseUrl`. */
const withSnakeCase = (document: object): object => {
  const { providers } = document as { readonly providers?: unknown };
  if (!Array.isArray(providers)) return document;
  return { ...document, providers: providers.map((entry) => renamed(entry, catalogueSpellings)) };
};

const catalogueSpellings: ReadonlyMap<string, string> = new Map([
  ['baseUrl', 'base_url'],
  ['apiKey', 'api_key'],
  ['apiKeys', 'api_keys'],
  ['baseUrlEnv', 'base_url_env'],
  ['keyOptional', 'key_optional'],
  ['maxOutputTokens', 'max_output_tokens'],
]);

const renamed = (value: unknown, spellings: ReadonlyMap<string, string>): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      spellings.get(key) ?? key,
      key === 'manners' && Array.isArray(member) ? member.map((item) => renamed(item, spellings)) : member,
    ]),
  );
};
