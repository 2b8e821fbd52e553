import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAddressRange } from '../../src/core/access/address-range.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

describe.skipIf(testsProgram).each([
  [['127.0.0.0/8'], '192.0.2.7', 200],
  [['127.0.0.0/8'], '192.0.2.7, 198.51.100.1', 403],
  [['10.0.0.0/8'], '192.0.2.7', 403],
  [[], '192.0.2.7', 403],
] as const)('where %j are trusted', (trusted, forwardedFor, status) => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-proxies-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    const trustedProxies = trusted.flatMap((text) => readAddressRange(text) ?? []);
    gateway = await startGatewayUnderTest({ dataDirectory: directory, config: { server: { trustedProxies } } });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test(`a key for 192.0.2.0/24 with X-Forwarded-For "${forwardedFor}" gets ${status}`, async () => {
    const made = await gateway.post('/admin/v1/keys', { addresses: ['192.0.2.0/24'] });
    const { key } = (await made.json()) as { readonly key: string };
    const body = { model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };
    const headers = { 'x-forwarded-for': forwardedFor };
    expect((await gateway.post('/v1/chat/completions', body, { key, headers })).status).toBe(status);
  });
});
