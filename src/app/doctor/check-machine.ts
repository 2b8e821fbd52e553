import { access, constants, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Environment } from '../../contract/expand-environment.ts';
import { type Finding, found } from './finding.ts';

/** Each call needs a socket to the client and one to the provider. */
const fewFiles = 4096;
const fewCalls = 1000;
const littleSpaceBytes = 1_000_000_000;
const tinySpaceBytes = 50_000_000;

/** What the machine and the launch give: files, calls at once, the data directory. */
export const checkMachine = async (dataDirectory: string, environment: Environment): Promise<readonly Finding[]> => [
  await openFiles(),
  callsAtOnce(environment),
  ...(await dataFolder(dataDirectory)),
];

const openFiles = async (): Promise<Finding> => {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /Max open files\s+(\d+|unlimited)/.exec(limits)?.[1];
  if (soft === undefined) return found('open files', 'ok', 'the limit cannot be read on this system');
  if (soft === 'unlimited' || Number(soft) >= fewFiles) return found('open files', 'ok', `${soft} allowed`);
  return found(
    'open files',
    'warning',
    `only ${soft} allowed; raise it to ${fewFiles} or more (ulimit -n, LimitNOFILE=)`,
  );
};

const callsAtOnce = (environment: Environment): Finding => {
  const set = environment['BUN_CONFIG_MAX_HTTP_REQUESTS'];
  const check = 'calls at once';
  if (set === undefined) return found(check, 'ok', '`start` sets BUN_CONFIG_MAX_HTTP_REQUESTS itself');
  if (Number(set) >= fewCalls) return found(check, 'ok', `BUN_CONFIG_MAX_HTTP_REQUESTS is ${set}`);
  return found(
    check,
    'warning',
    `BUN_CONFIG_MAX_HTTP_REQUESTS is ${set}, so more calls to providers wait; unset it, or set 65336`,
  );
};

const dataFolder = async (directory: string): Promise<readonly Finding[]> => {
  const folder = resolve(directory);
  const writable = await tryWriting(folder);
  const place = await existing(folder);
  const space = await statfs(place).catch(() => undefined);
  if (space === undefined) return [writable];
  const freeBytes = space.bavail * space.bsize;
  const verdict = freeBytes < tinySpaceBytes ? 'bad' : freeBytes < littleSpaceBytes ? 'warning' : 'ok';
  return [writable, found('disk space', verdict, `${Math.floor(freeBytes / 1_000_000)} MB free at ${place}`)];
};

const tryWriting = async (folder: string): Promise<Finding> => {
  const check = 'data directory';
  const parent = await existing(folder);
  try {
    if (parent !== folder) {
      await access(parent, constants.W_OK);
      return found(check, 'ok', `${folder} will be made by the first start`);
    }
    await mkdir(folder, { recursive: true });
    const file = join(folder, `.doctor-${process.pid}`);
    await writeFile(file, '');
    await rm(file);
    return found(check, 'ok', `${folder} can be written to`);
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? String(error);
    return found(check, 'bad', `${folder} cannot be written to (${code}); choose another with --data or SLUICE_DATA`);
  }
};

/** The folder, or the nearest one above it that is there. */
const existing = async (folder: string): Promise<string> => {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : existing(dirname(folder));
};
