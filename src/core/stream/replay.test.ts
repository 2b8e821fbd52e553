import { expect, test } from 'bun:test';
import type { ChatResponse } from '../ir/index.ts';
import { Collector } from './collect.ts';
import { replay } from './replay.ts';

const roundTrip = (response: ChatResponse): ChatResponse => {
  const collector = new Collector();
  for (const event of replay(response)) collector.push(event);
  return collector.response();
};

const tokens = [{ token: 'a', logprob: -0.5 }];
const answer = (choice: Omit<ChatResponse['choices'][number], 'index' | 'stop' | 'rawStop'>): ChatResponse => ({
  id: 'a',
  model: 'm',
  createdSeconds: 5,
  choices: [{ index: 0, stop: 'stop', rawStop: 'stop', ...choice }],
});

test.each<readonly [string, ChatResponse]>([
  ['a text with log probabilities', answer({ blocks: [{ kind: 'text', text: 'a' }], logprobs: tokens })],
  ['a refusal with log probabilities', answer({ blocks: [{ kind: 'refusal', text: 'a' }], refusalLogprobs: tokens })],
  [
    'both',
    answer({
      blocks: [
        { kind: 'refusal', text: 'a' },
        { kind: 'text', text: 'a' },
      ],
      logprobs: tokens,
      refusalLogprobs: tokens,
    }),
  ],
  [
    'log probabilities of a call',
    answer({ blocks: [{ kind: 'tool-call', id: 'a', name: 'b', argumentsJson: '{}' }], logprobs: tokens }),
  ],
  ['nothing said', answer({ blocks: [] })],
  ['a stop sequence and extras', answer({ blocks: [], stopSequence: 'END', extras: { gemini: { x: 1 } } })],
  [
    'usage, tier and extras',
    {
      ...answer({ blocks: [] }),
      usage: { inputTokens: 1, outputTokens: 2 },
      serviceTier: 'flex',
      extras: { gemini: { y: 1 } },
    },
  ],
])('%s folds back into the same answer', (_name, response) => {
  expect(roundTrip(response)).toEqual(response);
});

test('each choice ends after its own blocks', () => {
  const events = replay({
    id: '',
    model: '',
    choices: [0, 1].map((index) => ({ index, blocks: [{ kind: 'text', text: 'x' }], stop: 'stop', rawStop: '' })),
  });
  expect(events.map((event) => event.kind)).toEqual([
    'response-start',
    'block-start',
    'block-end',
    'choice-end',
    'block-start',
    'block-end',
    'choice-end',
    'response-end',
  ]);
});
