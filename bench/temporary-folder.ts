import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  file(name: string): string;
  remove(): void;
}

/** A folder for compiled tools, configurations, logs and data of one run. Readable by all, because an nginx worker runs as another user. */
export const makeTemporaryFolder = (): TemporaryFolder => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  chmodSync(path, 0o755);
  return { path, file: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
};
