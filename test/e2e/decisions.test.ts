import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../src/contract/settings.ts';
import type { Route } from '../../src/core/routing/route.ts';
import { testsProgram } from '../support/sluice-program.ts';
import { eventually, type GatewayUnderTest, masterKey, startGatewayUnderTest } from './gateway-under-test.ts';

const target = (model: string): Route => ({ kind: 'target', model });

const routes = new Map<string, Route>([
  ['chain', { kind: 'fallback', routes: [target('openai/sim.status-500--a'), target('openai/b')] }],
  [
    'shares',
    {
      kind: 'balance',
      routes: [
        { route: target('openai/one'), weight: 1 },
        { route: target('anthropic/two'), weight: 1 },
        { route: target('openai/three'), weight: 1 },
      ],
    },
  ],
  ['single', target('openai/only')],
  ['mirrored', { kind: 'mirror', share: 1, route: target('openai/told'), to: target('anthropic/shadow') }],
  ['half', { kind: 'mirror', share: 0.5, route: target('openai/told'), to: target('anthropic/shadow') }],
  ['broken', { kind: 'mirror', share: 1, route: target('openai/told'), to: target('openai/sim.status-500--shadow') }],
  [
    'sticky',
    {
      kind: 'sticky',
      idleMs: 60_000,
      route: {
        kind: 'balance',
        routes: ['openai/one', 'anthropic/two', 'openai/three', 'openai/four'].map((model) => ({
          route: target(model),
          weight: 1,
        })),
      },
    },
  ],
]);

interface Decision {
  readonly id: string;
  readonly order: readonly string[];
  readonly candidates: readonly { readonly target: string; readonly verdict: string; readonly reason: string }[];
  readonly outcome: { readonly target: string; readonly attempts: readonly { readonly target: string }[] };
}

// It needs the data directory, which the program under test keeps to itself.
describe.skipIf(testsProgram)('decisions', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-decisions-'));
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await startGatewayUnderTest({
      dataDirectory: directory,
      config: { routes, money: { ...defaultConfig.money, unknownPrice: 'free' } },
    });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const call = (model: string, more: object = {}, headers: Record<string, string> = {}, key = masterKey) =>
    gateway.post(
      '/v1/chat/completions',
      { model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], ...more },
      { key, headers },
    );
  const read = async (path: string, key = masterKey): Promise<Response> =>
    fetch(`${gateway.url}/v1/decisions${path}`, { headers: { authorization: `Bearer ${key}` } });
  const decisionOf = async (response: Response): Promise<Decision> =>
    (await (await read(`/${response.headers.get('x-sluice-decision-id')}`)).json()) as Decision;
  const makeKey = async (): Promise<string> => {
    const made = await gateway.post('/admin/v1/keys', {});
    return ((await made.json()) as { readonly key: string }).key;
  };

  test('say of a call what was looked at, what was tried and what came of it', async () => {
    const response = await call('chain');
    const decision = await decisionOf(response);
    expect(decision).toMatchObject({
      object: 'decision',
      id: response.headers.get('x-request-id'),
      route: 'chain',
      order: ['openai/sim.status-500--a', 'openai/b'],
      request: { model: 'chain', operation: 'chat', stream: false },
      outcome: {
        target: 'openai/b',
        status: 200,
        end: 'done',
        attempts: [
          { target: 'openai/sim.status-500--a', status: 500, error: 'upstream_error' },
          { target: 'openai/b', status: 200 },
        ],
      },
    });
    expect(decision.candidates.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['kept', 'in-order'],
      ['kept', 'in-order'],
    ]);
  });

  test('are made again from what was kept', async () => {
    for (let draw = 0; draw < 5; draw += 1) {
      const decision = await decisionOf(await call('shares'));
      const replay = await (await read(`/${decision.id}/replay`)).json();
      expect(replay).toMatchObject({ route_changed: false, same_first: true, same_order: true, order: decision.order });
    }
  });

  test('are kept where there was a choice, or a call asks for one', async () => {
    const plain = await call('single');
    expect(plain.headers.get('x-sluice-decision-id')).toBeNull();
    expect((await read(`/${plain.headers.get('x-request-id')}`)).status).toBe(404);
    const asked = await call('single', {}, { 'x-sluice-explain': '1' });
    expect((await decisionOf(asked)).order).toEqual(['openai/only']);
    expect(JSON.parse(asked.headers.get('x-sluice-decision') ?? '')).toMatchObject({ route: 'single' });
  });

  test('are listed page by page, and by what they came to', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = (await (await read(`?limit=3${cursor}`)).json()) as { data: Decision[]; next: string | null };
      expect(page.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(7);
    const chains = (await (await read('?route=chain')).json()) as { data: Decision[] };
    expect(chains.data.map(({ outcome }) => outcome.target)).toEqual(['openai/b']);
    const failed = (await (await read('?failed=true')).json()) as { data: Decision[] };
    expect(failed.data).toEqual([]);
    for (const query of ['limit=0', 'limit=x', 'cursor=x', 'from=x', 'failed=yes', 'route_name=x'])
      expect([query, (await read(`?${query}`)).status]).toEqual([query, 400]);
  });

  test('are a key’s own', async () => {
    const [one, other] = [await makeKey(), await makeKey()];
    const response = await call('chain', {}, {}, one);
    const id = response.headers.get('x-sluice-decision-id');
    expect((await read(`/${id}`, one)).status).toBe(200);
    expect((await read(`/${id}`, other)).status).toBe(404);
    expect((await (await read('', other)).json()) as object).toEqual({ object: 'list', data: [], next: null });
    expect((await read('', 'wrong')).status).toBe(401);
    expect((await fetch(`${gateway.url}/v1/decisions/x`, { method: 'DELETE' })).status).toBe(405);
  });

  test('a conversation stays with who answered it, by the first that names it', async () => {
    const targetOf = async (more: object, headers: Record<string, string> = {}): Promise<string> =>
      (await decisionOf(await call('sticky', more, headers))).outcome.target;
    const first = await targetOf({ session_id: 'a' });
    for (let again = 0; again < 6; again += 1) expect(await targetOf({ session_id: 'a' })).toBe(first);
    const header = await targetOf({}, { 'x-session-id': 'h' });
    expect(await targetOf({ prompt_cache_key: 'other' }, { 'x-session-id': 'h' })).toBe(header);
    const keyed = await targetOf({ prompt_cache_key: 'k' });
    for (let again = 0; again < 6; again += 1) expect(await targetOf({ prompt_cache_key: 'k' })).toBe(keyed);
    const reasons = (await decisionOf(await call('sticky', { session_id: 'a' }))).candidates.map(
      ({ reason }) => reason,
    );
    expect(reasons[0]).toBe('sticky');
  });

  test('a mirrored call goes to both, the client gets one answer, and each has its own record', async () => {
    for (const stream of [false, true]) {
      const response = await call('mirrored', { stream });
      expect([response.status, response.headers.get('x-sluice-model')]).toEqual([200, 'told']);
      await response.text();
      const id = response.headers.get('x-request-id') ?? '';
      const shadowIn = (): Record<string, unknown> | undefined =>
        gateway.log.find(({ requestId }) => requestId === `${id}-mirror`);
      await eventually(() => shadowIn() !== undefined, 'the record of the mirrored call');
      expect(shadowIn()).toMatchObject({ provider: 'anthropic', model: 'shadow', end: 'done', stream: false });
      const spent = await (
        await fetch(`${gateway.url}/spend/logs?request_id=${id}-mirror`, {
          headers: { authorization: `Bearer ${masterKey}` },
        })
      ).json();
      expect(JSON.stringify(spent)).toContain(`${id}-mirror`);
      expect(
        (await decisionOf(response)).candidates.map(({ target: name, verdict }) => [name, verdict]),
      ).toContainEqual(['anthropic/shadow', 'mirrored']);
    }
  });

  test('a mirror that fails is nobody’s failure, and a share of the calls is a share', async () => {
    expect((await call('broken')).status).toBe(200);
    let mirrored = 0;
    for (let round = 0; round < 40; round += 1) {
      const response = await call('half');
      if (response.headers.get('x-sluice-decision-id') !== null) mirrored += 1;
    }
    expect(mirrored).toBeGreaterThan(5);
    expect(mirrored).toBeLessThan(35);
  });
});
