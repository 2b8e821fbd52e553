import { readFile } from 'node:fs/promises';
import { compileProviders } from '../../contract/compile-providers.ts';
import type { Finding } from '../../contract/config-problem.ts';
import type { Environment } from '../../contract/expand-environment.ts';
import { modelsOfLike } from '../../contract/models/models-of-like.ts';
import { defaultConfig, type SluiceConfig } from '../../contract/settings.ts';
import { catalogue } from '../../core/catalog/catalogue.ts';
import { emptyCatalogue } from '../../core/catalog/models/model-catalogue.ts';
import { withOverrides } from '../../core/catalog/models/model-override.ts';
import { dayOf } from '../../core/catalog/names/retirement.ts';
import { CatalogueStore } from '../catalog/catalogue-store.ts';
import type { Loaded, Unloadable } from '../gateway-settings.ts';
import { dataDirectoryOf } from './launch-settings.ts';
import { readProblem } from './read-problem.ts';

/** Reads the config file, or takes the defaults when there is none, and finds the providers. */
export const loadConfig = async (
  path: string | undefined,
  environment: Environment,
  dataDirectory = dataDirectoryOf({}, environment),
): Promise<Loaded | Unloadable> => {
  if (path === undefined) return loaded(defaultConfig, environment, dataDirectory);
  const text = await readText(path);
  if ('problem' in text) return { kind: 'unloadable', problems: [`${path}: ${text.problem}`] };
  // A file that is being written may be empty for a moment, and defaults in its place would drop every provider.
  if (text.text.trim() === '')
    return { kind: 'unloadable', problems: [`${path}: is empty (write a setting, or remove it)`] };
  // Loaded only when there is a file: the schema and the YAML parser cost 40 ms and 18 MB.
  const [{ parseConfig }, { DiskFiles }] = await Promise.all([
    import('../../contract/parse-config.ts'),
    import('./disk-files.ts'),
  ]);
  const files = new DiskFiles(path);
  const parsed = parseConfig(text.text, environment, files);
  if ('problems' in parsed) {
    const { problemLine } = await import('./problem-line.ts');
    return { kind: 'unloadable', problems: parsed.problems.map((problem) => problemLine(path, problem)) };
  }
  const made = loaded(parsed.config, environment, dataDirectory);
  const nowhere = await namesToNowhere(made);
  const { problemLine } = await import('./problem-line.ts');
  return {
    ...made,
    ...(nowhere.length === 0 ? {} : { nowhere: nowhere.map((finding) => problemLine(path, parsed.place(finding))) }),
    files: files.paths,
  };
};

/** Read only when there are names of the operator's: the index of all models takes some milliseconds. */
const namesToNowhere = async ({ config, providers, models = emptyCatalogue }: Loaded): Promise<readonly Finding[]> => {
  const { aliases, routes } = config;
  if (Object.keys(aliases).length === 0 && routes.size === 0) return [];
  const { checkNames } = await import('../../contract/models/check-names.ts');
  return checkNames(config, { providers, models, aliases }, dayOf(Date.now()));
};

const loaded = (config: SluiceConfig, environment: Environment, dataDirectory: string): Loaded => {
  const { models, notes } = new CatalogueStore(dataDirectory).load();
  return {
    kind: 'loaded',
    config,
    providers: compileProviders(config, catalogue, environment),
    models: withOverrides(models.sharing(modelsOfLike(config, catalogue)), config.models),
    notes,
  };
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const readText = async (path: string): Promise<{ readonly text: string } | { readonly problem: string }> => {
  try {
    return { text: utf8.decode(await readFile(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { problem: 'is not UTF-8 text' };
    return { problem: readProblem(error) };
  }
};
