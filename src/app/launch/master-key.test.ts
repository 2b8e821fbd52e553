import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMasterKey, masterKeyOf } from './master-key.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a key that is set is used and not kept', async () => {
  const data = join(folder, 'data');
  expect(await masterKeyOf('sk-own', data)).toEqual({ value: 'sk-own', made: false });
  expect(() => statSync(data)).toThrow('ENOENT');
});

test('without one, a key is made once, kept for its owner only, and used by the next start', async () => {
  const data = join(folder, 'deep/data');
  const first = await masterKeyOf(undefined, data);
  expect(first).toEqual({
    value: expect.stringMatching(/^sk-sluice-[0-9A-Za-z]{32}$/) as unknown as string,
    made: true,
  });
  expect(await masterKeyOf('', data)).toEqual({ value: first.value, made: false });
  expect(readFileSync(join(data, 'master-key'), 'utf8')).toBe(`${first.value}\n`);
  expect(statSync(join(data, 'master-key')).mode & 0o777).toBe(0o600);
  expect(statSync(data).mode & 0o777).toBe(0o700);
});

test('two starts at once agree on one key', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => masterKeyOf(undefined, folder)));
  expect(new Set(keys.map((key) => key.value)).size).toBe(1);
  expect(keys.filter((key) => key.made)).toHaveLength(1);
});

test('every letter and digit is about equally likely', () => {
  const counts = new Map<string, number>();
  for (let made = 0; made < 2000; made++) {
    for (const letter of makeMasterKey().slice('sk-sluice-'.length)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(counts.size).toBe(62);
  // 64,000 letters: 1,032 of each, ± 32. Taking bytes modulo 62 would give eight letters a quarter more.
  expect(Math.max(...counts.values())).toBeLessThan(1240);
  expect(Math.min(...counts.values())).toBeGreaterThan(840);
});
