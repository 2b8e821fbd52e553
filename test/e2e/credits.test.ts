import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../src/contract/settings.ts';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const hookSecret = 'whsec-0123456789abcdef';

interface Credits {
  readonly prepaid: boolean;
  readonly total_usd: string;
  readonly balance_usd: string;
  readonly grants: readonly { readonly usd: string; readonly left_usd: string; readonly fee_usd?: string }[];
}

describe.skipIf(testsProgram)('credits', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-credits-'));
  let gateway: GatewayUnderTest;

  const start = async (): Promise<void> => {
    const credits = { hookSecret, feePartsPerMillion: 55_000, leastFeeNanoUsd: 800_000_000n, expireAfter: '365d' };
    gateway = await startGatewayUnderTest({
      dataDirectory: directory,
      models: shippedModels,
      config: { money: { ...defaultConfig.money, credits } },
    });
  };
  beforeAll(start);
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const admin = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${gateway.url}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, response };
  };
  const newKey = async (body: Record<string, unknown> = {}): Promise<{ readonly id: string; readonly key: string }> => {
    const made = await admin('POST', '/keys', body);
    return { id: made.body['id'] as string, key: made.body['key'] as string };
  };
  const creditsOf = async (id: string): Promise<Credits> =>
    (await admin('GET', `/keys/${id}/credits`)).body as unknown as Credits;
  const call = (key: string, path = '/v1/chat/completions', model = 'openai/gpt-4o') =>
    gateway.post(path, { model, max_tokens: 50, messages: [{ role: 'user', content: 'Hello there' }] }, { key });
  const nano = (usd: string): number => Math.round(Number(usd) * 1e9);

  test('without a top-up nothing is prepaid; from the first on, calls end when it is used up, in the words of each format', async () => {
    const { id, key } = await newKey();
    expect(await creditsOf(id)).toMatchObject({ prepaid: false, balance_usd: '0' });
    expect((await call(key)).status).toBe(200);
    const added = await admin('POST', `/keys/${id}/credits`, { usd: '0.0008', note: 'bill 7' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ prepaid: true, total_usd: '0.0008', balance_usd: '0.0008' });
    let response = await call(key);
    let spent = 0;
    while (response.status === 200) {
      await response.text();
      spent += Number((await gateway.record(response))['nanoUsd']);
      response = await call(key);
    }
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([402, 'false']);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'insufficient_credits',
        code: 'insufficient_credits',
        message: expect.stringContaining('Insufficient credits'),
      },
    });
    const messages = await call(key, '/v1/messages', 'anthropic/claude-sonnet-4-5');
    expect([messages.status, await messages.json()]).toMatchObject([402, { error: { type: 'billing_error' } }]);
    expect(spent).toBeGreaterThan(0);
    expect(nano((await creditsOf(id)).balance_usd)).toBe(800_000 - spent);
    await gateway.stop();
    await start();
    expect(nano((await creditsOf(id)).balance_usd)).toBe(800_000 - spent);
    await admin('POST', `/keys/${id}/credits`, { usd: 1 });
    expect((await call(key)).status).toBe(200);
  });

  test('many calls at once spend no more than there is', async () => {
    const { id, key } = await newKey();
    await admin('POST', `/keys/${id}/credits`, { usd: '0.01' });
    const answers = await Promise.all(Array.from({ length: 200 }, () => call(key)));
    await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 402]));
    expect(nano((await creditsOf(id)).balance_usd)).toBeGreaterThanOrEqual(0);
  });

  test('those of a team hold for all of its keys', async () => {
    await admin('POST', '/teams', { id: 'tm_prepaid' });
    const { key } = await newKey({ team_id: 'tm_prepaid' });
    await admin('POST', '/teams/tm_prepaid/credits', { usd: '0.00000001' });
    expect((await call(key)).status).toBe(402);
  });

  test('the same Idempotency-Key adds once, and another amount under it is refused', async () => {
    const { id } = await newKey();
    const headers = { 'idempotency-key': 'bill-9' };
    for (const replayed of [null, 'true']) {
      const added = await admin('POST', `/keys/${id}/credits`, { usd: '3' }, headers);
      expect([added.status, added.response.headers.get('idempotency-replayed')]).toEqual([201, replayed]);
    }
    expect((await creditsOf(id)).total_usd).toBe('3');
    expect((await admin('POST', `/keys/${id}/credits`, { usd: '4' }, headers)).status).toBe(409);
  });

  test('top-ups at the same time all count', async () => {
    const { id } = await newKey();
    const added = await Promise.all(
      Array.from({ length: 5 }, () => admin('POST', `/keys/${id}/credits`, { usd: '0.5' })),
    );
    expect(added.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect((await creditsOf(id)).total_usd).toBe('2.5');
  });

  test('what cannot be is refused by its field', async () => {
    const { id } = await newKey();
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ usd: '-1' }, 'usd'],
      [{ usd: 'NaN' }, 'usd'],
      [{ usd: '0' }, 'usd'],
      [{ usd: '$5' }, 'usd'],
      [{ usd: '99999999999999999999' }, 'usd'],
      [{ usd: 1, expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
      [{ usd: 1, surprise: 2 }, 'surprise'],
      [{}, 'usd'],
    ];
    for (const [body, field] of wrong) {
      const refused = await admin('POST', `/keys/${id}/credits`, body);
      expect([refused.status, refused.body['errors']]).toMatchObject([400, [{ field }]]);
    }
    expect((await admin('PATCH', `/keys/${id}`, { credits: [] })).status).toBe(400);
    expect((await admin('POST', '/keys/k_nobody/credits', { usd: 1 })).status).toBe(404);
    expect((await creditsOf(id)).prepaid).toBe(false);
  });

  test('an organisation does not give credits to itself', async () => {
    const { key } = await newKey({ admin: { of: 'organisation', access: 'write' } });
    const response = await gateway.post('/admin/v1/organisations/default/credits', { usd: 5 }, { key });
    expect(response.status).toBe(403);
  });

  describe('told by a payment system', () => {
    const pay = async (body: unknown, how: { readonly secret?: string; readonly atMs?: number } = {}) => {
      const text = JSON.stringify(body);
      const seconds = Math.floor((how.atMs ?? Date.now()) / 1000);
      const hex = createHmac('sha256', how.secret ?? hookSecret)
        .update(`${seconds}.${text}`)
        .digest('hex');
      const response = await fetch(`${gateway.url}/admin/v1/hooks/payments`, {
        method: 'POST',
        headers: { 'x-sluice-signature': `t=${seconds},v1=${hex}` },
        body: text,
      });
      return { status: response.status, body: (await response.json()) as unknown as Credits };
    };

    test('a payment becomes credits less the fee, once', async () => {
      const { id } = await newKey();
      const payment = { payment_id: 'pi_1', kind: 'key', id, paid_usd: '100' };
      expect((await pay(payment)).status).toBe(201);
      const again = await pay(payment);
      expect([again.status, again.body.total_usd]).toEqual([200, '94.5']);
      expect((await creditsOf(id)).grants).toMatchObject([
        { usd: '94.5', fee_usd: '5.5', paid_usd: '100', left_usd: '94.5', id: 'payment:pi_1' },
      ]);
      const small = await pay({ payment_id: 'pi_2', kind: 'key', id, paid_usd: '5' });
      expect(small.body.total_usd).toBe('98.7');
      expect((await pay({ payment_id: 'pi_3', kind: 'key', id, paid_usd: '0.8' })).status).toBe(400);
    });

    test('a wrong or an old signature adds nothing', async () => {
      const { id } = await newKey();
      const payment = { payment_id: 'pi_9', kind: 'key', id, paid_usd: '100' };
      expect((await pay(payment, { secret: 'another-secret-of-them' })).status).toBe(401);
      expect((await pay(payment, { atMs: Date.now() - 6 * 60_000 })).status).toBe(401);
      expect((await creditsOf(id)).prepaid).toBe(false);
    });
  });
});
