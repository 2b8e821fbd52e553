import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { version } from '../../src/app/version.ts';
import { noFiles } from '../../src/contract/network/config-files.ts';
import { parseConfig } from '../../src/contract/parse-config.ts';
import { projectRoot } from './source-file.ts';

test('the schema and the tables in the documentation say what the code says', () => {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, join(projectRoot, 'scripts/write-docs.mjs'), '--check']);
  expect(stdout.toString() + stderr.toString()).toBe('');
});

test('the program and the package have the same version', () => {
  expect(version).toBe(packageFile.version);
});

const everyVariable: Readonly<Record<string, string>> = new Proxy({}, { get: () => 'set' });
const everyFile = { ...noFiles, read: () => ({ text: '' }) };

const configsIn = (page: string): readonly string[] =>
  [...readFileSync(join(projectRoot, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, text = '']) => text)
    // Rules of alerts are Prometheus's.
    .filter((text) => !text.startsWith('groups:'));

const pages = ['README.md', ...readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md'))].map(
  (name) => (name === 'README.md' ? name : `docs/${name}`),
);

test.each(pages.filter((page) => configsIn(page).length > 0))('the configurations in %s are taken', (page) => {
  for (const text of configsIn(page)) expect(parseConfig(text, everyVariable, everyFile)).toHaveProperty('config');
});

test.each(pages)('what %s links to is there', (page) => {
  const links = [...readFileSync(join(projectRoot, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)/g)];
  const gone = links.map(([, link = '']) => join(projectRoot, page, '..', link)).filter((path) => !existsSync(path));
  expect(gone).toEqual([]);
});
