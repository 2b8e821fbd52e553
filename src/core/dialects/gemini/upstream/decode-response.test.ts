import { expect, test } from 'bun:test';
import { decodeResponse } from './decode-response.ts';

test('what has no list of candidates is no answer, rather than an empty one', () => {
  for (const candidates of [5, 'x', [null], [1], { 0: {} }])
    expect(() => decodeResponse({ candidates })).toThrow('no list of objects');
  expect(() => decodeResponse({})).toThrow('without "candidates"');
});

test('an answer that was blocked has none', () => {
  expect(decodeResponse({ promptFeedback: { blockReason: 'SAFETY' } }).choices[0]?.stop).toBe('content-filter');
});
