import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testsProgram } from '../support/sluice-program.ts';
import { eventually, type GatewayUnderTest, startGatewayUnderTest } from './gateway-under-test.ts';

const chat = (text: string, stream = false, model = 'openai/gpt-4o') => ({
  model,
  stream,
  messages: [{ role: 'user', content: text }],
});

describe.skipIf(testsProgram)('an Idempotency-Key', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-once-'));
  let gateway: GatewayUnderTest;

  const start = async (): Promise<void> => {
    gateway = await startGatewayUnderTest({ dataDirectory: directory });
  };
  beforeAll(start);
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = (key: string, body: unknown, more: { readonly path?: string; readonly key?: string } = {}) =>
    gateway.post(more.path ?? '/v1/chat/completions', body, {
      headers: { 'idempotency-key': key },
      ...(more.key === undefined ? {} : { key: more.key }),
    });
  const asked = (): number => gateway.simulator.requests.length;
  const admin = (path: string, body: unknown): Promise<Response> => gateway.post(`/admin/v1${path}`, body);
  const newKey = async (body: unknown): Promise<string> =>
    ((await (await admin('/keys', body)).json()) as { readonly key: string }).key;

  test('the first answer is given again, also in another process, and the provider is asked once', async () => {
    const before = asked();
    const first = await ask('one', chat('Hello'));
    const text = await first.text();
    const again = await ask('one', chat('Hello'));
    expect(await again.text()).toBe(text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('x-sluice-first-request-id')).toBe(first.headers.get('x-request-id'));
    expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(again.headers.get('x-sluice-provider')).toBe('openai');
    expect(asked() - before).toBe(1);
    await gateway.stop();
    await start();
    const later = await ask('one', chat('Hello'));
    expect(await later.text()).toBe(text);
    expect(asked()).toBe(0);
  });

  test('a stream is given again as it was, frame for frame, at every kind of door', async () => {
    const doors: readonly (readonly [string, unknown])[] = [
      ['/v1/chat/completions', chat('Stream', true)],
      ['/v1/messages', { ...chat('Stream', true, 'anthropic/claude-sonnet-4-5'), max_tokens: 20 }],
      ['/v1/responses', { model: 'openai/gpt-4o', stream: true, input: 'Stream', store: false }],
      ['/v1/embeddings', { model: 'openai/text-embedding-3-small', input: 'Stream' }],
    ];
    for (const [path, body] of doors) {
      const before = asked();
      const first = await ask(`stream ${path}`, body, { path });
      const text = await first.text();
      const again = await ask(`stream ${path}`, body, { path });
      expect(await again.text()).toBe(text);
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
      expect(asked() - before).toBe(1);
    }
  });

  test('another body, or another path, under the same key is refused', async () => {
    await (await ask('two', chat('Hello'))).text();
    const before = asked();
    const other = await ask('two', chat('Something else'));
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({
      error: { type: 'idempotency_error', code: 'idempotency_mismatch', param: 'Idempotency-Key' },
    });
    expect((await ask('two', chat('Hello'), { path: '/chat/completions' })).status).toBe(422);
    expect(asked()).toBe(before);
  });

  test('of two calls at once the first is made, and the second is told to come again', async () => {
    const before = asked();
    const slow = chat('Hello', false, 'openai/sim.delay-head-200--gpt-4o');
    const first = ask('many', slow);
    await eventually(() => asked() > before, 'the provider is asked');
    const second = await ask('many', slow);
    expect(second.status).toBe(409);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.json()).toMatchObject({ error: { code: 'idempotency_conflict' } });
    expect((await first).status).toBe(200);
    await (await first).text();
    const third = await ask('many', slow);
    expect([third.status, third.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(asked() - before).toBe(1);
  });

  test('what failed leaves the key free: the next try is made', async () => {
    gateway.simulator.script({ scenario: { status: 500 } });
    expect((await ask('failed', chat('Hello'))).status).toBe(500);
    const again = await ask('failed', chat('Hello'));
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
    const broken = chat('Say a few words, please.', true, 'openai/sim.cut-frames-2--gpt-4o');
    await (await ask('broken', broken)).text();
    const before = asked();
    await (await ask('broken', broken)).text();
    expect(asked() - before).toBe(1);
  });

  test('a client that leaves finds the whole answer when it comes back', async () => {
    const slow = chat('Say a few words, please, and then some more.', true, 'openai/sim.delay-frame-10--gpt-4o');
    const before = asked();
    const leaving = new AbortController();
    const first = await gateway.post('/v1/chat/completions', slow, {
      headers: { 'idempotency-key': 'left' },
      signal: leaving.signal,
    });
    await first.body?.getReader().read();
    leaving.abort();
    expect(await gateway.record(first)).toMatchObject({ end: 'done' });
    let again = await ask('left', slow);
    while (again.status === 409) again = await ask('left', slow);
    expect(await again.text()).toContain('[DONE]');
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(asked() - before).toBe(1);
  });

  test('keys do not see each other’s answers, and those of a private one are not kept', async () => {
    const [mine, others, hidden] = [
      await newKey({ alias: 'mine' }),
      await newKey({ alias: 'others' }),
      await newKey({ alias: 'hidden', private: true }),
    ];
    const before = asked();
    for (const key of [mine, others, hidden]) expect((await ask('same', chat('Hello'), { key })).status).toBe(200);
    expect(asked() - before).toBe(3);
    const kept = await ask('same', chat('Hello'), { key: mine });
    expect(kept.headers.get('idempotent-replayed')).toBe('true');
    const notKept = await ask('same', chat('Hello'), { key: hidden });
    expect([notKept.status, notKept.headers.get('retry-after')]).toEqual([409, null]);
    expect(((await notKept.json()) as { readonly error: { readonly message: string } }).error.message).toContain(
      'was answered with status 200, and its answer was not kept',
    );
    expect(asked() - before).toBe(3);
  });

  test('a replayed answer is charged nothing', async () => {
    const first = await ask('money', chat('Hello'));
    await first.text();
    const again = await ask('money', chat('Hello'));
    await again.text();
    expect(await gateway.record(again)).toMatchObject({ attempts: 0, status: 200, end: 'done' });
    expect((await gateway.record(again))['nanoUsd']).toBeUndefined();
  });

  test('a key that is too long or not ASCII is refused', async () => {
    for (const key of ['x'.repeat(256), 'schlüssel']) {
      const refused = await ask(key, chat('Hello'));
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error: { param: 'Idempotency-Key' } });
    }
  });

  test('neither the key nor the answer stands in the database', async () => {
    await (await ask('canary-name-7f3a', chat('canary-words-91c2'))).text();
    const files = ['sluice.db', 'sluice.db-wal'].map((name) => readFileSync(join(directory, name)));
    for (const word of ['canary-name-7f3a', 'canary-words-91c2'])
      expect(files.some((bytes) => bytes.includes(word))).toBe(false);
  });
});
