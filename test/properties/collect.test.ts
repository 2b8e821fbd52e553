import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { ChatResponse, StreamEvent } from '../../src/core/ir/index.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import { replay } from '../../src/core/stream/replay.ts';
import { grammarFaults } from '../golden/event-grammar.ts';
import { chatResponse, streamedAnswer } from './generators.ts';
import { runs } from './runs.ts';

const collect = (events: readonly StreamEvent[]): ChatResponse => {
  const collector = new Collector();
  for (const event of events) collector.push(event);
  return collector.response();
};

test('a stream folds into the answer it tells', () => {
  fc.assert(
    fc.property(streamedAnswer, ({ response, events }) => {
      expect(grammarFaults(events)).toEqual([]);
      expect(collect(events)).toEqual(response);
    }),
    runs(),
  );
});

test('an answer replayed as events folds into itself', () => {
  fc.assert(
    fc.property(chatResponse, (response) => {
      const events = replay(response);
      expect(grammarFaults(events)).toEqual([]);
      expect(collect(events)).toEqual(response);
    }),
    runs(),
  );
});

test('a stream cut after any event but the last is no answer', () => {
  fc.assert(
    fc.property(streamedAnswer, ({ events }) => {
      for (let length = 0; length < events.length; length += 1)
        expect(() => collect(events.slice(0, length))).toThrow('before the answer was complete');
    }),
    runs(),
  );
});
