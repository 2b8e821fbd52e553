import { readFile } from 'node:fs/promises';
import { compileProviders } from '../../contract/compile-providers.ts';
import type { Environment } from '../../contract/expand-environment.ts';
import { defaultConfig } from '../../contract/settings.ts';
import { catalogue } from '../../core/catalog/catalogue.ts';
import type { Loaded, Unloadable } from '../gateway-settings.ts';

/** Reads the config file, or takes the defaults when there is none, and finds the providers. */
export const loadConfig = async (path: string | undefined, environment: Environment): Promise<Loaded | Unloadable> => {
  if (path === undefined) {
    return {
      kind: 'loaded',
      config: defaultConfig,
      providers: compileProviders(defaultConfig, catalogue, environment),
    };
  }
  const text = await readText(path);
  if ('problem' in text) return { kind: 'unloadable', problems: [`${path}: ${text.problem}`] };
  // Loaded only when there is a file: the schema and the YAML parser cost 40 ms and 18 MB.
  const { parseConfig } = await import('../../contract/parse-config.ts');
  const parsed = parseConfig(text.text, environment);
  if ('problems' in parsed) {
    const { problemLine } = await import('./problem-line.ts');
    return { kind: 'unloadable', problems: parsed.problems.map((problem) => problemLine(path, problem)) };
  }
  return { kind: 'loaded', config: parsed.config, providers: compileProviders(parsed.config, catalogue, environment) };
};

const readText = async (path: string): Promise<{ readonly text: string } | { readonly problem: string }> => {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? String(error);
    return { problem: readProblems[code] ?? `cannot be read (${code})` };
  }
};

const readProblems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder, not a file',
};
