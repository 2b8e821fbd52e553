import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { NewVersion, RouterStore, RouterVersion, StoredRouter } from '../../ports/routing/router-store.ts';

/**
 * Routers as files of the data directory, so that the command line and a running server share them: `routers/ORG/ID/router.json`, for each version
 * `N.json`, `N.router` and `N.report.json`, and the number of the active one in `active`. A version is written under a number nobody has, and never
 * again; what changes is replaced by renaming.
 */
export class RouterFiles implements RouterStore {
  readonly #directory: string;
  readonly #nowMs: () => number;

  /** `directory` need not exist. */
  constructor(directory: string, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
  }

  async list(orgId: string): Promise<readonly StoredRouter[]> {
    const names = await entries(join(this.#directory, safe(orgId)));
    const routers = await Promise.all(names.map((name) => this.get(orgId, name)));
    const known = routers.filter((router) => router !== undefined);
    return known.toSorted((one, other) => one.createdMs - other.createdMs || one.id.localeCompare(other.id));
  }

  async get(orgId: string, id: string): Promise<StoredRouter | undefined> {
    if (!isRouterId(id)) return undefined;
    const folder = this.#folder(orgId, id);
    const head = await text(join(folder, 'router.json'));
    if (head === undefined) return undefined;
    const numbers = await versionNumbers(folder);
    const told = await Promise.all(numbers.map((number) => text(join(folder, `${number}.json`))));
    const versions = told.flatMap((one) => (one === undefined ? [] : [JSON.parse(one) as RouterVersion]));
    const active = Number((await text(join(folder, 'active'))) ?? Number.NaN);
    return {
      ...(JSON.parse(head) as Omit<StoredRouter, 'versions'>),
      ...(versions.some(({ version }) => version === active) ? { active } : {}),
      versions,
    };
  }

  async create(orgId: string, { id, name }: { readonly id: string; readonly name: string }): Promise<StoredRouter> {
    if (!isRouterId(id))
      throw new GatewayError('invalid_request', 'id: use letters, digits, "-" and "_", 64 at most', { param: 'id' });
    const folder = this.#folder(orgId, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const router = { id, name, createdMs: this.#nowMs() };
    try {
      await writeFile(join(folder, 'router.json'), JSON.stringify(router), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      throw new GatewayError('conflict', `There is a router "${id}" already.`);
    }
    return { ...router, versions: [] };
  }

  async rename(orgId: string, id: string, name: string): Promise<void> {
    const { createdMs } = await this.#existing(orgId, id);
    await replaceFile(join(this.#folder(orgId, id), 'router.json'), JSON.stringify({ id, name, createdMs }));
  }

  async remove(orgId: string, id: string): Promise<void> {
    await this.#existing(orgId, id);
    await rm(this.#folder(orgId, id), { recursive: true, force: true });
  }

  async addVersion(orgId: string, id: string, added: NewVersion): Promise<RouterVersion> {
    await this.#existing(orgId, id);
    const folder = this.#folder(orgId, id);
    const { artefact, report, ...told } = added;
    const version = await this.#claim(folder, artefact);
    const kept: RouterVersion = {
      version,
      createdMs: this.#nowMs(),
      ...told,
      sha256: createHash('sha256').update(artefact).digest('hex'),
    };
    if (report !== undefined) await replaceFile(join(folder, `${version}.report.json`), report);
    // Last: a version is there when this file is.
    await replaceFile(join(folder, `${version}.json`), JSON.stringify(kept));
    return kept;
  }

  async activate(orgId: string, id: string, version: number): Promise<void> {
    const { versions } = await this.#existing(orgId, id);
    if (!versions.some((one) => one.version === version)) {
      const there = versions.map((one) => one.version).join(', ') || 'none';
      throw new GatewayError('not_found', `The router "${id}" has no version ${version}. There are: ${there}.`);
    }
    await replaceFile(join(this.#folder(orgId, id), 'active'), String(version));
  }

  async artefact(orgId: string, id: string, version: number): Promise<Uint8Array | undefined> {
    if (!isRouterId(id)) return undefined;
    const bytes = await readFile(join(this.#folder(orgId, id), `${version}.router`)).catch(absent);
    // Copied, so that it begins where numbers of any width may begin.
    return bytes === undefined ? undefined : new Uint8Array(bytes);
  }

  async report(orgId: string, id: string, version: number): Promise<string | undefined> {
    return isRouterId(id) ? text(join(this.#folder(orgId, id), `${version}.report.json`)) : undefined;
  }

  /** Writes the artefact under the next number that nobody has. */
  async #claim(folder: string, artefact: Uint8Array): Promise<number> {
    for (let version = ((await versionNumbers(folder)).at(-1) ?? 0) + 1; ; version += 1) {
      try {
        await writeFile(join(folder, `${version}.router`), artefact, { flag: 'wx', mode: 0o600 });
        return version;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }
  }

  async #existing(orgId: string, id: string): Promise<StoredRouter> {
    const router = await this.get(orgId, id);
    if (router === undefined) throw new GatewayError('not_found', `There is no router "${id.slice(0, 100)}".`);
    return router;
  }

  #folder(orgId: string, id: string): string {
    return join(this.#directory, safe(orgId), id);
  }
}

export const isRouterId = (id: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(id);

/** A name of a folder for any id of an organisation. */
const safe = (orgId: string): string => encodeURIComponent(orgId).replaceAll('.', '%2E');

const versionNumbers = async (folder: string): Promise<readonly number[]> => {
  const names = await entries(folder);
  const numbers = names.flatMap((name) => {
    const match = /^(\d+)\.json$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
  return numbers.toSorted((one, other) => one - other);
};

const entries = async (folder: string): Promise<readonly string[]> =>
  ((await readdir(folder).catch(absent)) ?? []).filter((name) => !name.endsWith('.new'));

const text = async (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(absent);

const absent = (error: unknown): undefined => {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

const replaceFile = async (path: string, content: string): Promise<void> => {
  const written = `${path}.${process.pid}.new`;
  await writeFile(written, content, { mode: 0o600 });
  await rename(written, path);
};
