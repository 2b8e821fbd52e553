import { expect, test } from 'bun:test';
import { warningsOf } from './reply-headers.ts';

test('two losses that are one field of the client are told once, by the first', () => {
  const losses = [
    { field: 'reasoning.show', action: 'dropped', note: 'the target shows what it shows' },
    { field: 'reasoning.summary', action: 'dropped' },
    { field: 'seed', action: 'changed' },
  ] as const;
  const clientField = (field: string) => (field.startsWith('reasoning.') ? 'reasoning.summary' : field);
  expect(warningsOf(losses, clientField)).toEqual([
    'dropped reasoning.summary (the target shows what it shows)',
    'changed seed',
  ]);
});
