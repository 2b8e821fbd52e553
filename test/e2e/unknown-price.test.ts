import { Database } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledger } from '../../src/app/cli/books/ledger.ts';
import { defaultConfig } from '../../src/contract/settings.ts';
import { ceilingSource, type PriceVersion } from '../../src/core/money/price.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

const ceiling: PriceVersion = {
  standard: { rates: { input: 100_000_000_000, output: 400_000_000_000 }, tiers: [] },
  services: {},
  sources: [ceilingSource],
  agreed: true,
};

describe.skipIf(testsProgram)('a model whose price nobody knows', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-unpriced-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const running = (money: Partial<typeof defaultConfig.money>): Promise<GatewayUnderTest> =>
    startGatewayUnderTest({ dataDirectory: directory, config: { money: { ...defaultConfig.money, ...money } } });
  const makeKey = async (gateway: GatewayUnderTest, limit: string): Promise<string> => {
    const response = await gateway.post('/admin/v1/keys', { budgets: [{ limit_usd: limit, window: 'day' }] });
    return ((await response.json()) as { readonly key: string }).key;
  };
  const body = { model: 'openai/nobody-knows', max_tokens: 20, messages: [{ role: 'user', content: 'Hello there' }] };
  const command = async (...operands: readonly string[]): Promise<readonly string[]> => {
    const lines: string[] = [];
    const terminal = {
      environment: {},
      out: (line: string) => lines.push(line),
      err: (line: string) => lines.push(line),
    };
    const config = join(directory, 'sluice.yaml');
    writeFileSync(
      config,
      'models:\n  - id: openai/nobody-knows\n    prices: { input_per_million: 3, output_per_million: 15 }\n',
    );
    await ledger({ operands, flags: { data: directory, config, json: '' } }, terminal);
    return lines;
  };

  test('is refused, charged the ceiling or free, as the operator says; a later price corrects what was charged, once', async () => {
    const refusing = await running({});
    const poor = await makeKey(refusing, '5');
    const refused = await refusing.post('/v1/chat/completions', body, { key: poor });
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      402,
      'model_not_priced',
    ]);
    await refusing.stop();

    const bounded = await running({ unknownPrice: 'ceiling', ceiling });
    const key = await makeKey(bounded, '5');
    const answer = await bounded.post('/v1/chat/completions', body, { key });
    expect(answer.status).toBe(200);
    await answer.text();
    const record = await bounded.record(answer);
    const [input, output] = [record['inputTokens'] as number, record['outputTokens'] as number];
    expect(record['nanoUsd']).toBe(String(input * 100_000 + output * 400_000));
    const spent = await makeKey(bounded, '0.0000001');
    expect((await bounded.post('/v1/chat/completions', body, { key: spent })).status).toBe(429);
    await bounded.stop();

    const free = await running({ unknownPrice: 'free' });
    const freeKey = await makeKey(free, '0.0000001');
    const given = await free.post('/v1/chat/completions', body, { key: freeKey });
    expect(given.status).toBe(200);
    await given.text();
    expect((await free.record(given))['nanoUsd']).toBeUndefined();
    await free.stop();

    const due = BigInt(input) * 3000n + BigInt(output) * 15_000n;
    const correction = 2n * due - BigInt(record['nanoUsd'] as string);
    expect(JSON.parse((await command('rerate'))[0] ?? '')).toMatchObject({
      unrated: 2,
      adjusted: 2,
      nanoUsd: String(correction),
      noPrice: {},
    });
    expect(JSON.parse((await command('rerate'))[0] ?? '')).toMatchObject({ adjusted: 0, same: 2 });
    expect(JSON.parse((await command('check'))[0] ?? '')).toMatchObject({
      pass: true,
      chargedNanoUsd: String(2n * due),
    });
    const database = new Database(join(directory, 'sluice.db'), { readonly: true });
    const spend = database.query("SELECT sum(nano_usd) AS spent FROM spend WHERE scope LIKE 'key:%'").get();
    database.close();
    expect(spend).toEqual({ spent: Number(2n * due) });
  });

  test('the check works charges out again, and finds a budget that is passed; where holds are soft, none is', async () => {
    const gateway = await running({ unknownPrice: 'ceiling', ceiling });
    const key = await makeKey(gateway, '5');
    await (await gateway.post('/v1/chat/completions', body, { key })).text();
    await gateway.stop();
    const findings = async (): Promise<Record<string, number>> =>
      (JSON.parse((await command('check'))[0] ?? '') as { readonly findings: Record<string, number> }).findings;
    const found = async (word: string): Promise<number> =>
      Object.entries(await findings()).find(([rule]) => rule.includes(word))?.[1] ?? Number.NaN;
    expect([await found('price come to'), await found('than its limit')]).toEqual([0, 0]);
    const tamper = (sql: string): void => {
      const database = new Database(join(directory, 'sluice.db'));
      // The store thread of the gateway that was just stopped may still be leaving.
      database.run('PRAGMA busy_timeout = 5000');
      database.run(sql);
      database.close();
    };
    tamper(`UPDATE price_version SET document = replace(document, '400000000000', '400000000001')`);
    expect(await found('price come to')).toBe(2);
    tamper(`UPDATE price_version SET document = replace(document, '400000000001', '400000000000')`);
    tamper(`UPDATE object SET data = replace(data, '"limit_usd":"5"', '"limit_usd":"0.000001"') WHERE kind = 'key'`);
    expect(await found('than its limit')).toBe(2);
    const soft = await running({ hold: 'soft', unknownPrice: 'ceiling', ceiling });
    const poor = await makeKey(soft, '0.0000001');
    expect((await soft.post('/v1/chat/completions', body, { key: poor })).status).toBe(200);
    await soft.stop();
    expect(await found('than its limit')).toBe(0);
  });
});
