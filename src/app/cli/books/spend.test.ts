import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../adapters/sqlite/open-database.ts';
import { runCommand } from '../run-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-spend-'));
const day = Date.parse('2026-11-24T00:00:00Z');

beforeAll(() => {
  const database = openDatabase(join(directory, 'sluice.db'));
  const row = database.prepare(
    `INSERT INTO usage_hour VALUES ('default', ?, ?, '', '', '', '', 'openai', 'gpt', 2, 0, 10, 5, 0, 0, 0, ?, 30)`,
  );
  row.run(day, 'k_1', 1_500_000_000n);
  row.run(day + 3_600_000, 'k_1', 1n);
  row.run(day - 3_600_000, 'k_2', 20_000_000n);
  database.run(`INSERT INTO object VALUES ('default', 'key', 'k_1', 'laptop', 1, 'database', '{}', 0, 0, NULL)`);
  database.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = async (...words: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(['spend', ...words, '--data', directory], {
    environment: {},
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
};

test('what was spent by key, to the nano-dollar, under the names that people gave', async () => {
  const { code, out } = await run('--by', 'key');
  expect(code).toBe(0);
  expect(out).toEqual([
    'key           requests  input  output          usd',
    'laptop (k_1)         4     20      10  1.500000001',
    'k_2                  2     10       5         0.02',
  ]);
});

test('days and times narrow it, and JSON has it for programs', async () => {
  const { out } = await run('--by', 'key,day', '--from', '2026-11-24', '--to', '2026-11-25', '--json');
  expect(JSON.parse(out[0] ?? '')).toEqual([
    {
      key: 'k_1',
      day: '2026-11-24',
      key_alias: 'laptop',
      requests: 4,
      failures: 0,
      input_tokens: 20,
      output_tokens: 10,
      usd: '1.500000001',
    },
  ]);
  expect((await run('--from', '2026-11-25')).out).toEqual(['Nothing was spent.']);
});

test('a wrong flag is named with what it takes', async () => {
  expect(await run('--by', 'colour')).toMatchObject({
    code: 2,
    err: [expect.stringContaining('--by takes hour, day, key')],
  });
  expect(await run('--from', 'yesterday')).toMatchObject({ code: 2, err: [expect.stringContaining('2026-11-24')] });
  expect(await run('--from', '2026-11-25', '--to', '2026-11-24')).toMatchObject({ code: 2 });
});
