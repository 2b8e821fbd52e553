import { expect, test } from 'bun:test';
import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { version } from '../../src/app/version.ts';
import { projectRoot } from './source-file.ts';

test('the schema and the tables in the documentation say what the code says', () => {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, join(projectRoot, 'scripts/write-docs.mjs'), '--check']);
  expect(stdout.toString() + stderr.toString()).toBe('');
});

test('the program and the package have the same version', () => {
  expect(version).toBe(packageFile.version);
});
