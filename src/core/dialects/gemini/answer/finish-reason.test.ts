import { expect, test } from 'bun:test';
import { decodeStop, encodeStop, finishWord } from './finish-reason.ts';

test('STOP with a call that waits for an answer is a stop for tools', () => {
  expect([decodeStop('STOP', true), decodeStop('STOP', false)]).toEqual(['tool-calls', 'stop']);
  expect(decodeStop('MAX_TOKENS', true)).toBe('length');
  expect([decodeStop('UNEXPECTED_TOOL_CALL', true), decodeStop('UNEXPECTED_TOOL_CALL', false)]).toEqual([
    'tool-calls',
    'failed',
  ]);
});

test("Gemini's own word comes back, another dialect's is translated", () => {
  expect(encodeStop('content-filter', 'RECITATION')).toBe('RECITATION');
  expect(encodeStop('other', 'BRAND_NEW')).toBe('BRAND_NEW');
  expect(encodeStop('tool-calls', 'tool_calls')).toBe('STOP');
  expect(encodeStop('refusal', 'refusal')).toBe('SAFETY');
  expect(encodeStop('stop', 'constructor')).toBe('STOP');
});

test('numbers are read as the words they stand for', () => {
  expect([finishWord(2), finishWord(0), finishWord(77), finishWord(undefined)]).toEqual([
    'MAX_TOKENS',
    undefined,
    '77',
    undefined,
  ]);
});
