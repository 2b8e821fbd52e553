import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

// The tables are looked at, which are those of this process's own start.
describe.skipIf(testsProgram)('money', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-money-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory, models: shippedModels });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const rows = (sql: string): readonly Record<string, unknown>[] => {
    const database = new Database(join(directory, 'sluice.db'), { readonly: true });
    try {
      return database.query(sql).all() as readonly Record<string, unknown>[];
    } finally {
      database.close();
    }
  };
  /** Rows that the store thread is about to write. */
  const found = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const endMs = performance.now() + 5000;
    let seen = rows(sql);
    while (seen.length === 0 && performance.now() < endMs) {
      await Bun.sleep(10);
      seen = rows(sql);
    }
    return seen;
  };
  const ask = (model: string, stream: boolean, door = '/v1/chat/completions') =>
    gateway.post(door, { model, stream, max_tokens: 50, messages: [{ role: 'user', content: 'Hello there' }] });

  test('a call is written down, charged at the list price of its counts, and its end is there right after the last byte', async () => {
    for (const stream of [false, true]) {
      const response = await ask('openai/gpt-4o', stream);
      await response.text();
      const record = await gateway.record(response);
      const tokens = (name: string): number => record[name] as number;
      // $2.50 and $10 for a million tokens.
      expect(record['nanoUsd']).toBe(String(tokens('inputTokens') * 2500 + tokens('outputTokens') * 10_000));
      const [attempt] = await found(
        `SELECT * FROM attempt WHERE exchange_id = '${response.headers.get('x-request-id')}' AND state = 'settled'`,
      );
      expect(attempt).toMatchObject({ source: 'provider', target: 'openai/gpt-4o' });
      expect(String(attempt?.['final_nano_usd'])).toBe(record['nanoUsd'] as string);
    }
  });

  test('what the provider refuses costs nothing, and what nobody prices is not said to cost nothing', async () => {
    const refused = await ask('openai/sim.status-400--gpt-4o', false);
    expect(refused.status).toBe(400);
    expect((await gateway.record(refused))['nanoUsd']).toBe('0');
    const unpriced = await ask('openai/nobody-knows', false);
    expect(unpriced.status).toBe(200);
    expect((await gateway.record(unpriced))['nanoUsd']).toBeUndefined();
  });

  test('sums of the hour hold every call', async () => {
    const [sum] = await found(
      'SELECT * FROM (SELECT sum(requests) AS requests, sum(nano_usd) AS spent FROM usage_hour) WHERE requests = 4',
    );
    const [entries] = rows('SELECT sum(nano_usd) AS spent FROM entry');
    expect(sum?.['requests']).toBe(4);
    expect(sum?.['spent']).toBe(entries?.['spent']);
    expect(rows('SELECT * FROM counter WHERE held_nano_usd <> 0')).toEqual([]);
  });

  test('a list of embeddings that takes several calls is charged call by call, and nothing stays set aside', async () => {
    const input = ['one', 'two', 'three'];
    const response = await gateway.post('/v1/embeddings', { model: 'bedrock/amazon.titan-embed-text-v2:0', input });
    expect(response.status).toBe(200);
    const id = response.headers.get('x-request-id');
    const attempts = await found(
      `SELECT * FROM attempt WHERE exchange_id = '${id}' AND (SELECT count(*) FROM attempt WHERE exchange_id = '${id}') = 3`,
    );
    expect(attempts.map(({ state }) => state)).toEqual(['settled', 'settled', 'settled']);
    const sum = attempts.reduce((total, { final_nano_usd: amount }) => total + Number(amount), 0);
    expect((await gateway.record(response))['nanoUsd']).toBe(String(sum));
  });

  test('a provider that is free by its entry is charged nothing, and not said to have no price', async () => {
    const response = await gateway.post('/v1/chat/completions', {
      model: 'demo/echo',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(response.status).toBe(200);
    expect(await gateway.record(response)).toMatchObject({
      nanoUsd: '0',
      chargeSource: 'provider',
      priceVersion: expect.stringContaining('free'),
    });
  });
});
