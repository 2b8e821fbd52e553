import { describe, expect, test } from 'bun:test';
import { aliasCycles, followAliases, nameFits } from './aliases.ts';
import { letterSum, nameForm, sameForm } from './name-form.ts';
import { nearestNames } from './nearest-names.ts';
import { renamed } from './renamed.ts';
import { dayNumber, dayOf, daysBetween, retirementOf, settleName } from './retirement.ts';

describe('two spellings of one name', () => {
  test.each([
    ['claude-sonnet-4.5', 'claude-sonnet-4-5', true],
    ['claude-4.5-sonnet', 'anthropic/claude-sonnet-4-5', true],
    ['Meta-Llama-3.1-8B-Instruct', 'meta-llama-3.1-8b-instruct', true],
    ['llama-3.3-70b', 'llama-3.3-70b:free', false],
    ['gpt-4-5', 'gpt-5-4', false],
    ['gpt-4o', 'gpt-4', false],
    ['gpt-4o-2024-08-06', 'gpt-4o-20240806', true],
    ['gpt-4o-2024-08-06', 'gpt-4o', false],
    ['o3-mini', 'mini-o3', true],
  ])('%s and %s: %p', (one, other, same) => {
    expect(sameForm(nameForm(one), nameForm(other))).toBe(same);
    if (same) expect(letterSum(one)).toBe(letterSum(other));
  });
});

describe('aliases', () => {
  const aliases = {
    fast: 'small',
    small: 'openai/gpt-5-mini',
    'claude/*': 'anthropic/claude-*',
    'claude/x*': 'demo/*',
    'any/*': 'openai/gpt-5',
  };

  test.each([
    ['fast', 'openai/gpt-5-mini'],
    ['claude/opus', 'anthropic/claude-opus'],
    ['claude/xy', 'demo/y'],
    ['any/thing', 'openai/gpt-5'],
    ['other', 'other'],
    ['constructor', 'constructor'],
  ])('%s means %s', (name, meaning) => {
    expect(followAliases(name, aliases)).toBe(meaning);
  });

  test('that lead back to themselves are found, each with its way', () => {
    expect(aliasCycles({ a: 'b', b: 'c', c: 'a', d: 'a', e: 'openai/gpt-5' })).toEqual([
      { name: 'a', way: ['a', 'b', 'c', 'a'] },
      { name: 'b', way: ['b', 'c', 'a', 'b'] },
      { name: 'c', way: ['c', 'a', 'b', 'c'] },
    ]);
    expect(aliasCycles({ a: 'a' })).toEqual([{ name: 'a', way: ['a', 'a'] }]);
    expect(aliasCycles({ 'x*': 'xx*' })[0]?.name).toBe('x*');
    expect(aliasCycles({ 'openai/*': 'openai/*', fast: 'openai/gpt-5' })).toEqual([]);
  });
});

test.each([
  ['openai/*', 'openai/gpt-5', true],
  ['openai/*', 'openai', false],
  ['*', '', true],
  ['*/claude-*', 'anthropic/claude-sonnet-5', true],
  ['a*b*c', 'abc', true],
  ['a*bb*c', 'abc', false],
  ['ab*ba', 'aba', false],
  ['openai/gpt-5', 'openai/gpt-5', true],
  ['gpt.5', 'gptx5', false],
])('%s fits %s: %p', (pattern, name, fits) => {
  expect(nameFits(pattern, name)).toBe(fits);
});

describe('days', () => {
  test.each(['1970-01-01', '1972-02-29', '1999-12-31', '2000-02-29', '2024-02-29', '2026-11-24', '2100-03-01'])(
    '%s is counted as the calendar does',
    (day) => {
      expect(dayNumber(day)).toBe(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
      expect(dayOf(dayNumber(day) * 86_400_000 + 86_399_999)).toBe(day);
    },
  );

  test('follow one another', () => {
    for (let number = 0; number < 60_000; number += 17) expect(dayNumber(dayOf(number * 86_400_000))).toBe(number);
    expect(daysBetween('2026-01-31', '2026-03-01')).toBe(29);
  });
});

describe('a name that has changed', () => {
  const at = (today: string, ownAddress = false) => ({ provider: 'anthropic', info: undefined, today, ownAddress });

  test('leads on from the day of retirement, and says so', () => {
    expect(settleName('claude-opus-4-1', at('2026-08-05'))).toEqual({
      model: 'claude-opus-4-8',
      notices: [
        {
          provider: 'anthropic',
          model: 'claude-opus-4-1',
          text: 'claude-opus-4-1 was retired on 2026-08-05, claude-opus-4-8 answers in its place',
          retiresOn: '2026-08-05',
        },
      ],
    });
  });

  test('is told 30 days before, and not sooner', () => {
    expect(settleName('claude-opus-4-1', at('2026-07-06'))).toMatchObject({
      model: 'claude-opus-4-1',
      notices: [{ text: 'claude-opus-4-1 retires on 2026-08-05, use claude-opus-4-8' }],
    });
    expect(settleName('claude-opus-4-1', at('2026-07-05')).notices).toEqual([]);
  });

  test('stays at an address of the operator, where nobody has retired it', () => {
    const settled = settleName('claude-opus-4-1', at('2026-08-05', true));
    expect(settled.model).toBe('claude-opus-4-1');
    expect(settled.notices[0]?.text).toBe('claude-opus-4-1 was retired on 2026-08-05');
  });

  test('without a day is another spelling', () => {
    expect(settleName('claude-3-5-sonnet', at('2025-01-01'))).toMatchObject({
      model: 'claude-3-5-sonnet-20241022',
      notices: [{ text: 'claude-3-5-sonnet is called claude-3-5-sonnet-20241022 now' }],
    });
  });

  test('has a row that can be read, and no row leads to a model that is retired itself before it', () => {
    for (const { provider, from, to, retiredOn } of renamed) {
      expect(() => new RegExp(from)).not.toThrow();
      if (to === undefined || retiredOn === undefined) continue;
      const end = retirementOf(provider, to, undefined);
      expect(end === undefined || end > retiredOn).toBe(true);
    }
  });
});

describe('nearest names', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `host${index % 40}/maker/model-${index}-instruct`);

  test('are found among thousands', () => {
    expect(nearestNames('opnai/gpt-5-mni', [...many, 'openai/gpt-5-mini', 'openai/gpt-5'], 2)).toEqual([
      'openai/gpt-5-mini',
      'openai/gpt-5',
    ]);
    expect(nearestNames('modl-77-instrct', many, 1)).toEqual(['host37/maker/model-77-instruct']);
  });

  test('compare few of the many in full, however long the name', () => {
    let compared = 0;
    const counted = many.map(
      (name) =>
        new Proxy(new String(name), {
          get: (text, member) => {
            if (member === 'slice') compared++;
            const value: unknown = Reflect.get(text, member);
            return typeof value === 'function' ? value.bind(text) : value;
          },
        }) as unknown as string,
    );
    nearestNames('x'.repeat(100_000), counted, 3);
    expect(compared).toBeLessThan(200);
  });
});
