import { describe, expect, test } from 'bun:test';
import { readUsd } from '../money/read-usd.ts';
import { inAnyRange, readAddressRange } from './address-range.ts';
import { aliasedModel, allowsModel, allowsRoute } from './key-policy.ts';
import { scopeBudgets } from './scope-budgets.ts';
import { scopeLimits } from './scope-limit.ts';

describe('amounts', () => {
  test('are read exactly, as text or as numbers', () => {
    expect(readUsd('12.5')).toEqual({ nanoUsd: 12_500_000_000n });
    expect(readUsd(0.1)).toEqual({ nanoUsd: 100_000_000n });
    expect(readUsd(1e-7)).toEqual({ nanoUsd: 100n });
    expect(readUsd('9223372036.854775807')).toEqual({ nanoUsd: 2n ** 63n - 1n });
    expect(readUsd(1e9)).toEqual({ nanoUsd: 10n ** 18n });
  });

  test('that are none are refused with the reason', () => {
    const problems = ['-1', Number.NaN, '$5', '5 EUR', '1e99', '0.0000000001', '9223372036.854775808', '', null, '1,5'];
    const told = problems.map((value) => {
      const read = readUsd(value);
      return 'problem' in read ? read.problem.slice(0, 24) : read.nanoUsd;
    });
    expect(told).toEqual([
      'must not be negative',
      'must be an amount in US ',
      'must be a plain amount i',
      'must be a plain amount i',
      'is more than 9223372036.',
      'has more than nine digit',
      'is more than 9223372036.',
      'must be an amount in US ',
      'must be an amount in US ',
      'must be an amount in US ',
    ]);
  });
});

describe('address ranges', () => {
  const inside = (range: string, address: string): boolean => {
    const read = readAddressRange(range);
    return read !== undefined && inAnyRange([read], address);
  };

  test('hold what begins like them', () => {
    expect(inside('10.0.0.0/8', '10.200.3.4')).toBe(true);
    expect(inside('10.0.0.0/8', '11.0.0.1')).toBe(false);
    expect(inside('192.0.2.128/25', '192.0.2.127')).toBe(false);
    expect(inside('192.0.2.7', '192.0.2.7')).toBe(true);
    expect(inside('2001:db8::/32', '2001:db8:1::9')).toBe(true);
    expect(inside('2001:db8::/32', '2001:db9::1')).toBe(false);
    expect(inside('0.0.0.0/0', '203.0.113.1')).toBe(true);
    expect(inside('::1', '::1')).toBe(true);
  });

  test('take an IPv4 address in its IPv6 form for what it is', () => {
    expect(inside('192.0.2.0/24', '::ffff:192.0.2.9')).toBe(true);
    expect(inside('::/0', '::ffff:192.0.2.9')).toBe(false);
  });

  test('are refused when they are none', () => {
    for (const text of ['10.0.0.0/33', '10.0.0', '300.1.1.1', '010.0.0.1', '2001::db8::1', 'localhost', '', '1.2.3.4/'])
      expect(readAddressRange(text)).toBeUndefined();
  });
});

describe('policy', () => {
  test('a model must fit every list, by the name written or the one it led to', () => {
    const lists = [['openai/*', 'fast'], ['*mini*']];
    expect(allowsModel(lists, ['gpt-5-mini', 'openai/gpt-5-mini'])).toBe(true);
    expect(allowsModel(lists, ['gpt-5', 'openai/gpt-5'])).toBe(false);
    expect(allowsModel([[]], ['gpt-5'])).toBe(false);
    expect(allowsModel(undefined, ['gpt-5'])).toBe(true);
  });

  test("a key's alias is one step, and never a member of every object", () => {
    expect(aliasedModel({ aliases: { 'gpt-4': 'openai/gpt-5' } }, 'gpt-4')).toBe('openai/gpt-5');
    expect(aliasedModel({ aliases: {} }, 'toString')).toBe('toString');
  });

  test('routes are operations or path patterns', () => {
    expect(allowsRoute(['chat'], 'chat', '/v1/messages')).toBe(true);
    expect(allowsRoute(['/v1/embed*'], 'embeddings', '/v1/embeddings')).toBe(true);
    expect(allowsRoute(['embeddings'], 'chat', '/v1/chat/completions')).toBe(false);
  });
});

test('budgets and limits of two organisations or scopes never share a counter, and a changed limit keeps its own', () => {
  const budget = { limit_usd: '5', window: 'day', models: ['openai/*'] } as const;
  const idOf = (home: string, limit_usd: string): string | undefined =>
    scopeBudgets([{ ...budget, limit_usd }], { home, scope: 'team:a' })[0]?.id;
  expect(idOf('one', '5')).toBe('one/team:a/day/openai/*');
  expect(idOf('one', '9')).toBe(idOf('one', '5'));
  expect(idOf('two', '5')).not.toBe(idOf('one', '5'));
  expect(scopeLimits([{ requests_per_minute: 3 }], { home: 'one', scope: 'team:a' })).toEqual([
    { id: 'one/team:a', scope: 'team:a', requestsPerMinute: 3 },
  ]);
});
