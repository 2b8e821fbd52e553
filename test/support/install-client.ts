import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program ready to be run, or why it cannot be. */
export type Installed =
  | { readonly kind: 'ready'; readonly program: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** A client that is a package. They are large and bring programs, so they are no dependencies: each is put into a folder of its own when it is needed. */
export interface ClientPackage {
  readonly from: 'npm' | 'pypi';
  readonly name: string;
  readonly version: string;
  /** The program's name among the package's. */
  readonly program: string;
  /** A script of the package that fetches or unpacks its program; npm runs none by itself here. */
  readonly script?: string;
  /** Packages that come along, as `name==version`. */
  readonly with?: readonly string[];
}

const minutes = 60_000;

/** Installs a package into a folder under the system's temporary one, where it stays for the next run. */
export const install = (client: ClientPackage): Installed => {
  const folder = join(tmpdir(), 'sluice-client-programs', `${client.name.replaceAll(/[@/]/g, '_')}-${client.version}`);
  const program = join(folder, client.from === 'npm' ? 'node_modules/.bin' : 'bin', client.program);
  const mark = join(folder, 'installed');
  if (existsSync(mark)) return { kind: 'ready', program };
  mkdirSync(folder, { recursive: true });
  const failure = client.from === 'npm' ? fromNpm(client, folder) : fromPypi(client, folder);
  if (failure !== undefined) return { kind: 'missing', reason: failure };
  writeFileSync(mark, '');
  return { kind: 'ready', program };
};

const fromNpm = ({ name, version, script, with: others = [] }: ClientPackage, folder: string): string | undefined => {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const fetched = run(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `${name}@${version}`,
      ...others.map((other) => other.replace('==', '@')),
    ],
    folder,
  );
  if (fetched !== undefined || script === undefined) return fetched;
  return run('node', [script], join(folder, 'node_modules', name));
};

const fromPypi = (client: ClientPackage, folder: string): string | undefined => {
  const wanted = [`${client.name}==${client.version}`, ...(client.with ?? [])];
  return (
    run('python3', ['-c', 'import sys; assert sys.version_info >= (3, 10), "Python is older than 3.10"'], folder) ??
    run('python3', ['-m', 'venv', folder], folder) ??
    run(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...wanted], folder)
  );
};

/** Undefined when it went well, else what it said last. */
const run = (program: string, words: readonly string[], cwd: string): string | undefined => {
  const { status, stdout, stderr, error } = spawnSync(program, words, { cwd, encoding: 'utf8', timeout: 10 * minutes });
  if (error !== undefined) return `${program}: ${error.message}`;
  if (status === 0) return undefined;
  const last = `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
  return `${program} ${words[0] ?? ''} ended with ${status ?? 'a signal'}: ${last.slice(0, 200)}`;
};
