import { expect, test } from 'bun:test';
import type { Block } from '../ir/index.ts';
import { BlockTracker } from './block-tracker.ts';

const text: Block = { kind: 'text', text: '' };
const call = (id: string): Block => ({ kind: 'tool-call', id, name: 'look', argumentsJson: '' });
const more = { kind: 'arguments', text: '{' } as const;

test('two calls that arrive interleaved stay two blocks', () => {
  const blocks = new BlockTracker();
  const events = ['a', 'b', 'a'].flatMap((key) => blocks.append(0, key, call(key), more));
  expect(events.map((event) => [event.kind, 'index' in event ? event.index : undefined])).toEqual([
    ['block-start', 0],
    ['block-delta', 0],
    ['block-start', 1],
    ['block-delta', 1],
    ['block-delta', 0],
  ]);
});

test('each choice counts its blocks from 0', () => {
  const blocks = new BlockTracker();
  const events = [0, 1, 1].map((choice, at) => blocks.start(choice, `text:${at}`, text));
  expect(events.map((event) => 'index' in event && event.index)).toEqual([0, 0, 1]);
});

test('a key that was ended starts the next block', () => {
  const blocks = new BlockTracker();
  blocks.start(0, 'text', text);
  expect(blocks.end(0, 'text')).toEqual([{ kind: 'block-end', choice: 0, index: 0 }]);
  expect(blocks.end(0, 'text')).toEqual([]);
  expect(blocks.isOpen(0, 'text')).toBe(false);
  expect(blocks.start(0, 'text', text)).toMatchObject({ index: 1 });
});

test('more for a block that is not open is nothing', () => {
  expect(new BlockTracker().delta(0, 'text', { kind: 'text', text: 'x' })).toBeUndefined();
});

test('all blocks of a choice end in the order they opened, but those that are kept', () => {
  const blocks = new BlockTracker();
  for (const key of ['tool:1', 'text', 'tool:0']) blocks.start(0, key, text);
  blocks.start(1, 'text', text);
  const ended = blocks.endAll(0, (key) => key === 'text');
  expect(ended.map((event) => 'index' in event && event.index)).toEqual([0, 2]);
  expect(blocks.endAll(0)).toEqual([{ kind: 'block-end', choice: 0, index: 1 }]);
  expect(blocks.isOpen(1, 'text')).toBe(true);
});
