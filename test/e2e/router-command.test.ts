import { afterAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/app/cli/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-router-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sluice = async (...words: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { environment: {}, out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await runCommand(['router', ...words, '--data', join(folder, 'data')], terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

const file = (name: string, rows: number, right: (index: number) => readonly [number, number]): string => {
  const path = join(folder, name);
  const lines = Array.from({ length: rows }, (_, index) => {
    const topic =
      index % 2 === 0
        ? `python function ${index * 7} with a loop over list ${index}`
        : `court ruling ${index * 7} on a lease of tenant ${index}`;
    const [one, other] = right(index);
    return `"Please help with ${topic}",${one},0.002,${other},0.001`;
  });
  writeFileSync(path, ['prompt,a/coder/score,a/coder/cost,b/lawyer/score,b/lawyer/cost', ...lines].join('\n'));
  return path;
};

const rule = file('rule.csv', 60, (index) => (index % 2 === 0 ? [1, 0] : [0, 1]));
const other = file('other.csv', 200, (index) => (index % 2 === 0 ? [1, 0] : [0, 1]));
const alike = file('alike.csv', 60, (index) => [index % 3 === 0 ? 0 : 1, index % 3 === 1 ? 0 : 1]);

test('a router that is better is switched on by itself, one that is not waits for a hand, and the former comes back', async () => {
  expect((await sluice('train', rule, '--router', 'support')).out).toContain('Router support, version 1: better.');
  expect((await sluice('train', alike, '--router', 'support')).out).toContain('version 2: not shown');
  const [listed] = JSON.parse((await sluice('list', '--json')).out) as readonly { readonly active: number }[];
  expect(listed?.active).toBe(1);
  expect((await sluice('activate', 'support')).out).toBe('Version 2 of support answers.');
  expect((await sluice('rollback', 'support')).out).toBe('Version 1 of support answers.');
  expect((await sluice('rollback', 'support')).err).toContain('no version before');
});

test('an evaluation leaves JSON, CSV and a page that needs nothing else', async () => {
  const out = join(folder, 'reports');
  const { code, out: said } = await sluice('evaluate', other, '--router', 'support', '--out', out);
  expect([code, said.split('\n')[0]]).toEqual([0, expect.stringMatching(/^better: Against always using /)]);
  const report = JSON.parse(readFileSync(join(out, 'other.evaluation.json'), 'utf8')) as { readonly rows: number };
  expect(report.rows).toBe(200);
  expect(readFileSync(join(out, 'other.evaluation.csv'), 'utf8')).toStartWith(
    'kind,name,cost,quality,low,high\nsingle,a/coder,0.002,0.5',
  );
  expect(readFileSync(join(out, 'other.evaluation.html'), 'utf8')).toContain('Better than the best single model.');
});

test('an export taken in elsewhere decides the same', async () => {
  const path = join(folder, 'support.router');
  await sluice('export', 'support', '--version', '1', '--out', path);
  expect((await sluice('import', path, '--router', 'copy')).out).toContain('Version 1 of copy is kept');
  const asked = ['--prompt', 'Please help with a court ruling on a lease', '--json', '--version', '1'] as const;
  const [one, copy] = [await sluice('explain', 'support', ...asked), await sluice('explain', 'copy', ...asked)];
  expect(JSON.parse(copy.out)).toEqual({
    ...JSON.parse(one.out),
    router: { id: 'copy', version: 1, reason: 'active' },
  });
  expect(JSON.parse(one.out).model).toBe('b/lawyer');
});

test('what cannot be used is said, and the router that answers stays', async () => {
  const broken = join(folder, 'broken.csv');
  writeFileSync(broken, `${readFileSync(rule, 'utf8')}\n"q",good,0,1,0`);
  expect(await sluice('train', broken, '--router', 'support')).toMatchObject({
    code: 1,
    err: expect.stringContaining('line 62, column 5'),
  });
  expect((await sluice('import', rule)).err).toContain('This file cannot be used as a router');
  expect(await sluice('evaluate', join(folder, 'none.csv'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('none.csv'),
  });
  expect(await sluice('train')).toMatchObject({ code: 2, err: 'Name the file of rows: sluice router train FILE' });
  expect(await sluice('train', rule, '--quality', '2')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--quality must be a number'),
  });
  expect(await sluice('activate', 'nobody')).toMatchObject({ code: 2 });
  expect(existsSync(join(folder, 'data/routers/default/support/active'))).toBe(true);
  expect(readFileSync(join(folder, 'data/routers/default/support/active'), 'utf8')).toBe('1');
});
