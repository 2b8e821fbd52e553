import { expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import type { BudgetPassed } from '../../ports/ledger.ts';
import { BudgetAlerts } from './budget-alerts.ts';

const passed: BudgetPassed = {
  budget: {
    id: 'default/team:t/day/soft',
    scope: 'team:t',
    limitNanoUsd: 1_000_000_000n,
    window: { kind: 'day' },
    timeZone: 'UTC',
    soft: true,
  },
  counter: 'default/team:t/day/soft@day:2026-11-24',
  limitNanoUsd: 1_000_000_000n,
  spentNanoUsd: 1_200_000_000n,
  resetMs: Date.parse('2026-11-25T00:00:00Z'),
};

interface Call {
  readonly text: string;
  readonly signature: string | null;
}

const nothingMore = {
  header: () => undefined,
  readAll: () => Promise.resolve(new Uint8Array()),
  read: () => Promise.resolve(undefined),
  cancel: () => undefined,
};

/** A receiver that answers with these statuses in turn, and a clock whose waits are over at once. */
const setUp = async (statuses: readonly number[], wanted: number) => {
  const calls: Call[] = [];
  const waits: number[] = [];
  const lines: string[] = [];
  const done = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      calls.push({ text: await request.text(), signature: request.headers.get('x-sluice-signature') });
      if (calls.length === wanted) done.resolve();
      return new Response('', {
        status: statuses[calls.length - 1] ?? 200,
        headers: { location: 'http://127.0.0.1:1/elsewhere' },
      });
    },
  });
  const alerts = new BudgetAlerts({
    clock: {
      wallMs: () => Date.parse('2026-11-24T10:00:00Z'),
      monotonicMs: () => 0,
      after: (ms, run) => {
        waits.push(ms);
        run();
        return () => undefined;
      },
    },
    upstream: {
      // The one that is used needs a whole gateway; what matters here is what is sent and how answers are read.
      send: async ({ url, method, headers, body }) => {
        const answer = await fetch(url, { method, headers, body: body as string, redirect: 'manual' });
        return { ...nothingMore, status: answer.status };
      },
    },
    settings: { url: server.url.href, secret: 'whsec' },
    write: (line) => lines.push(line),
  });
  return { alerts, calls, waits, lines, done: done.promise, stop: () => server.stop(true) };
};

test('a soft budget that is passed is told once a window, signed, to the address that was named', async () => {
  const { alerts, calls, lines, done, stop } = await setUp([200], 2);
  alerts.passed(passed);
  alerts.passed({ ...passed, spentNanoUsd: 1_300_000_000n });
  alerts.passed({ ...passed, counter: 'default/team:t/day/soft@day:2026-11-25' });
  await done;
  await stop();
  expect(lines).toHaveLength(2);
  const [first] = calls.filter(({ text }) => text.includes('day:2026-11-24'));
  expect(JSON.parse(first?.text ?? '')).toMatchObject({
    type: 'budget.soft_limit_passed',
    scope: 'team:t',
    limit_usd: '1',
    spent_usd: '1.2',
    resets_at: '2026-11-25T00:00:00.000Z',
  });
  const seconds = Date.parse('2026-11-24T10:00:00Z') / 1000;
  const expected = createHmac('sha256', 'whsec').update(`${seconds}.${first?.text}`).digest('hex');
  expect(first?.signature).toBe(`t=${seconds},v1=${expected}`);
});

test('a receiver that fails is asked again later each time, and a redirect is not followed', async () => {
  const { alerts, calls, waits, done, stop } = await setUp([500, 302, 200], 3);
  alerts.passed(passed);
  await done;
  await stop();
  expect(waits).toEqual([1000, 5000]);
  expect(new Set(calls.map(({ text }) => text)).size).toBe(1);
});

test('closing ends the wait for another try, says what was not delivered, and alerts take the way out that they were given', async () => {
  const lines: string[] = [];
  const waits = new Set<() => void>();
  const waiting = Promise.withResolvers<void>();
  const proxies: unknown[] = [];
  const alerts = new BudgetAlerts({
    clock: {
      wallMs: () => 0,
      monotonicMs: () => 0,
      after: (_ms, run) => {
        waits.add(run);
        waiting.resolve();
        return () => waits.delete(run);
      },
    },
    upstream: {
      send: ({ egress }) => {
        proxies.push(egress?.proxy);
        return Promise.resolve({ ...nothingMore, status: 500 });
      },
    },
    settings: { url: 'https://hooks.example' },
    egress: { proxy: 'http://proxy.example:3128' },
    write: (line) => lines.push(line),
  });
  alerts.passed(passed);
  await waiting.promise;
  alerts.close();
  expect([waits.size, lines.at(-1), proxies]).toEqual([
    0,
    '1 alerts of budgets were not delivered before the end.',
    ['http://proxy.example:3128'],
  ]);
});
