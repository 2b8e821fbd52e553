import { expect, test } from 'bun:test';
import fc, { type Arbitrary } from 'fast-check';
import type { Block } from '../../src/core/ir/index.ts';
import { chatRequest, chatResponse, streamedAnswer } from './generators.ts';
import { runs } from './runs.ts';

const kindsIn = (blocks: readonly Block[]): readonly Block['kind'][] =>
  blocks.flatMap((block) => [block.kind, ...(block.kind === 'tool-result' ? kindsIn(block.blocks) : [])]);

/** The share of cases in which each kind of block stands. */
const shares = <T>(cases: Arbitrary<T>, blocks: (value: T) => readonly Block[]): ReadonlyMap<string, number> => {
  const drawn = fc.sample(cases, { ...runs<T>(), numRuns: 1000 });
  const counts = new Map<string, number>();
  for (const value of drawn)
    for (const kind of new Set(kindsIn(blocks(value)))) counts.set(kind, (counts.get(kind) ?? 0) + 1 / drawn.length);
  return counts;
};

const expectEach = (found: ReadonlyMap<string, number>, kinds: readonly Block['kind'][]): void => {
  for (const kind of kinds) expect(`${kind} ${(found.get(kind) ?? 0) >= 0.05}`).toBe(`${kind} true`);
};

test('requests hold every kind of block in at least 5 % of cases', () => {
  const found = shares(chatRequest, (request) => request.turns.flatMap((turn) => turn.blocks));
  expectEach(found, ['text', 'thinking', 'refusal', 'tool-call', 'tool-result', 'media', 'opaque']);
});

test('answers and streams hold every kind of block an answer can have in at least 5 % of cases', () => {
  const kinds = ['text', 'thinking', 'refusal', 'tool-call', 'media', 'opaque'] as const;
  expectEach(
    shares(chatResponse, (response) => response.choices.flatMap((choice) => choice.blocks)),
    kinds,
  );
  expectEach(
    shares(streamedAnswer, ({ events }) =>
      events.flatMap((event) => (event.kind === 'block-start' ? [event.block] : [])),
    ),
    kinds,
  );
});
