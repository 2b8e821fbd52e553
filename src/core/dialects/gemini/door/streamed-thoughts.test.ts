import { expect, test } from 'bun:test';
import type { Block } from '../../../ir/index.ts';
import { joinStreamedThoughts } from './streamed-thoughts.ts';

const seal = { dialect: 'anthropic-messages', value: 'sig' } as const;
const piece = (text: string): Block => ({ kind: 'thinking', text });
const call: Block = { kind: 'tool-call', id: 'c', name: 'look', argumentsJson: '{}' };

test('pieces of a thought and the seal after them are one sealed thought, over contents', () => {
  const turns = joinStreamedThoughts([
    { role: 'user', blocks: [{ kind: 'text', text: 'Go.' }] },
    { role: 'assistant', blocks: [piece('I ')] },
    { role: 'assistant', blocks: [piece('think.'), { kind: 'thinking', text: '', redacted: true, seal }, call] },
  ]);
  expect(turns).toEqual([
    { role: 'user', blocks: [{ kind: 'text', text: 'Go.' }] },
    { role: 'assistant', blocks: [{ kind: 'thinking', text: 'I think.', seal }, call] },
  ]);
});

test('a seal takes no thought that has one of its own, and none from before a call', () => {
  const sealed: Block = { kind: 'thinking', text: 'First.', seal };
  const blocks: readonly Block[] = [sealed, call, { kind: 'thinking', text: '', redacted: true, seal }];
  expect(joinStreamedThoughts([{ role: 'assistant', blocks }])).toEqual([{ role: 'assistant', blocks }]);
});

test('thoughts without a seal stay as the client sent them', () => {
  const turns = [{ role: 'assistant' as const, blocks: [piece('a'), piece('b')] }];
  expect(joinStreamedThoughts(turns)).toBe(turns);
});
