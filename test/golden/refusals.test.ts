import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { budgetExceeded } from '../../src/adapters/ledger/budget-exceeded.ts';
import { MemoryLimiter } from '../../src/adapters/memory/memory-limiter.ts';
import { dialects } from '../../src/core/dialects/index.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { type Budget, budgetNow } from '../../src/core/ledger/budget.ts';

const noon = Date.parse('2026-11-24T12:00:00Z');
const budget: Budget = {
  id: 'default/key:k_1/day',
  scope: 'key:k_1',
  limitNanoUsd: 1_500_000_000n,
  window: { kind: 'day' },
  timeZone: 'UTC',
  soft: false,
};

const rateLimited = (): GatewayError => {
  const limiter = new MemoryLimiter({ wallMs: () => noon, monotonicMs: () => 5000, after: () => () => undefined });
  const ask = { target: 'openai/gpt-4o', inputTokens: 1, outputTokens: 1 };
  const limits = [{ id: 'k', scope: 'key:k_1', requestsPerMinute: 1 }];
  limiter.admit(limits, ask);
  try {
    limiter.admit(limits, ask);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('it passed');
};

/** What a caller's own bounds refuse, as each is thrown. */
const refusals: Readonly<Record<string, GatewayError>> = {
  'budget spent': budgetExceeded(budgetNow(budget, noon), {
    settled: 1_400_000_000n,
    held: 60_000_000n,
    asked: 50_000_000n,
  }),
  'budget for life spent': budgetExceeded(budgetNow({ ...budget, window: { kind: 'lifetime' } }, noon), {
    settled: 1_500_000_000n,
    held: 0n,
    asked: 1n,
  }),
  'credits used up': budgetExceeded(
    {
      budget: { ...budget, id: 'default/key:k_1/credits', grants: [] },
      window: { id: 'credits:0', endMs: undefined },
      counter: 'default/key:k_1/credits@credits:0',
      limitNanoUsd: 5_000_000_000n,
    },
    { settled: 4_990_000_000n, held: 5_000_000n, asked: 50_000_000n },
  ),
  'rate limit': rateLimited(),
  'no price': new GatewayError('model_not_priced', 'Nobody knows what "x/y" costs.', { param: 'model' }),
  'key expired': new GatewayError('key_expired', 'The key "k" ended on 2026-11-01.'),
  'ledger cannot be written': new GatewayError('ledger_full', 'What calls cost cannot be written down.', {
    retryAfterMs: 5000,
  }),
};

const path = join(import.meta.dir, 'snapshots', 'refusals.json');

test('every refusal of a caller’s own bounds is told in the words of every dialect', () => {
  const table = Object.fromEntries(
    Object.entries(refusals).map(([name, error]) => [
      name,
      Object.fromEntries(
        Object.entries(dialects).map(([dialect, { encodeError }]) => [
          dialect,
          { status: error.status, body: encodeError(error, 'req_1') },
        ]),
      ),
    ]),
  );
  const text = `${JSON.stringify(table, null, 2)}\n`;
  if (process.env['GOLDEN_UPDATE'] === '1') writeFileSync(path, text);
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
});

test('a spent budget names scope, limit, spend and when it begins anew', () => {
  const { message, detail } = refusals['budget spent'] as GatewayError;
  for (const word of ['key:k_1', '$1.5', '$1.4', '2026-11-25T00:00:00.000Z']) expect(message).toContain(word);
  expect(detail.budget).toMatchObject({ scope: 'key:k_1', resetMs: noon + 12 * 3_600_000 });
});
