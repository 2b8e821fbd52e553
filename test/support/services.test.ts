import { expect, test } from 'bun:test';
import { missingProgram, startPostgres, startRedis } from './services.ts';

const noPostgres = await missingProgram('postgres');
const noRedis = await missingProgram('redis-server');

test.skipIf(noPostgres !== undefined)(
  `PostgreSQL starts, answers a query and goes away (${noPostgres ?? 'installed'})`,
  async () => {
    const postgres = await startPostgres();
    const sql = new Bun.SQL(postgres.url, { max: 1 });
    expect([...(await sql`SELECT 1 AS one, current_database() AS name`)]).toEqual([{ one: 1, name: 'sluice' }]);
    await sql.close();
    await postgres.stop();
    const after = new Bun.SQL(postgres.url, { max: 1, connectionTimeout: 2 });
    await expect((async () => await after`SELECT 1`)()).rejects.toThrow();
  },
);

test.skipIf(noRedis !== undefined)(
  `Redis starts, answers a ping and goes away (${noRedis ?? 'installed'})`,
  async () => {
    const redis = await startRedis();
    const client = new Bun.RedisClient(redis.url);
    expect(await client.send('PING', [])).toBe('PONG');
    client.close();
    await redis.stop();
    const after = new Bun.RedisClient(redis.url, { autoReconnect: false, connectionTimeout: 2000 });
    await expect(after.send('PING', [])).rejects.toThrow();
  },
);
