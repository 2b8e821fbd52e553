import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RouterFiles } from './router-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-routers-'));
afterAll(() => rmSync(folder, { recursive: true }));

let nowMs = 1000;
const files = new RouterFiles(join(folder, 'routers'), () => ++nowMs);
const version = (byte: number) => ({
  origin: 'trained' as const,
  models: ['a/x', 'b/y'],
  rows: 25,
  warnings: [],
  artefact: Uint8Array.of(byte),
  report: '{}',
});

test('a router has no version that answers until one is activated, and goes back to a former one', async () => {
  await files.create('default', { id: 'r1', name: 'Support' });
  expect((await files.addVersion('default', 'r1', version(1))).version).toBe(1);
  expect((await files.addVersion('default', 'r1', version(2))).version).toBe(2);
  expect((await files.get('default', 'r1'))?.active).toBeUndefined();
  await files.activate('default', 'r1', 2);
  await files.activate('default', 'r1', 1);
  expect(await files.get('default', 'r1')).toMatchObject({
    name: 'Support',
    active: 1,
    versions: [{ version: 1 }, { version: 2 }],
  });
  expect([...((await files.artefact('default', 'r1', 2)) ?? [])]).toEqual([2]);
  expect(await files.report('default', 'r1', 2)).toBe('{}');
});

test('another organisation sees nothing of it, and a name of a folder is no id', async () => {
  expect(await files.list('other')).toEqual([]);
  expect(await files.get('other', 'r1')).toBeUndefined();
  expect(await files.get('default', '../default/r1')).toBeUndefined();
  expect(await files.list('..')).toEqual([]);
  await expect(files.create('default', { id: '../x', name: '' })).rejects.toThrow('letters, digits');
});

test('what is not there is said', async () => {
  await expect(files.create('default', { id: 'r1', name: '' })).rejects.toThrow('There is a router "r1" already.');
  await expect(files.activate('default', 'r1', 9)).rejects.toThrow('no version 9. There are: 1, 2.');
  await expect(files.rename('default', 'none', 'x')).rejects.toThrow('There is no router "none".');
});

test('two that add a version at once get two numbers', async () => {
  await files.create('default', { id: 'r2', name: 'Twice' });
  const added = await Promise.all([1, 2, 3].map((byte) => files.addVersion('default', 'r2', version(byte))));
  expect(added.map((one) => one.version).toSorted()).toEqual([1, 2, 3]);
  await files.rename('default', 'r2', 'Renamed');
  expect((await files.list('default')).map(({ name }) => name)).toEqual(['Support', 'Renamed']);
  await files.remove('default', 'r2');
  expect(await files.get('default', 'r2')).toBeUndefined();
});
