import { describe, expect, test } from 'bun:test';
import type { JsonObject } from '../../../json/json.ts';
import { Collector } from '../../../stream/collect.ts';
import { decodeResponse } from '../upstream/decode-response.ts';
import { ChatStreamDecoder } from '../upstream/decode-stream.ts';

const whole = (members: JsonObject, message: JsonObject = {}) =>
  decodeResponse({
    id: 'a',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes [1][2].', ...message }, finish_reason: 'stop' }],
    ...members,
  }).choices[0]?.blocks;

const streamed = (...chunks: readonly JsonObject[]) => {
  const decoder = new ChatStreamDecoder();
  const collector = new Collector();
  const frames = [
    ...chunks.map((chunk) => ({ data: JSON.stringify({ id: 'a', model: 'm', ...chunk }) })),
    { data: '[DONE]' },
  ];
  for (const event of frames.flatMap((frame) => decoder.push(frame))) collector.push(event);
  return collector.response().choices[0]?.blocks;
};

const results = {
  search_results: [{ title: 'A', url: 'https://a.example', date: null }, { url: 'https://b.example' }],
};
const addresses = { citations: ['https://a.example', 'https://b.example'] };

describe('what a searching host read becomes citations of the text', () => {
  test('by title and address', () => {
    expect(whole({ ...addresses, ...results })).toEqual([
      {
        kind: 'text',
        text: 'Yes [1][2].',
        citations: [
          { kind: 'url', url: 'https://a.example', title: 'A' },
          { kind: 'url', url: 'https://b.example' },
        ],
      },
    ]);
  });

  test('by address alone', () => {
    expect(whole(addresses)).toMatchObject([
      { citations: [{ url: 'https://a.example' }, { url: 'https://b.example' }] },
    ]);
  });

  test('once at the end of a stream that repeats them', () => {
    const piece = (content: string, finish: string | null) => ({
      choices: [{ index: 0, delta: { content }, finish_reason: finish }],
      ...results,
    });
    expect(streamed(piece('Yes ', null), piece('[1][2].', null), piece('', 'stop'))).toEqual(whole(results));
  });
});

test('an answer that cites in its own way keeps to it', () => {
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://own.example' } }];
  expect(whole(results, { annotations })).toMatchObject([{ citations: [{ url: 'https://own.example' }] }]);
});

test.each([[{ citations: 'none' }], [{ citations: [1, null] }], [{ search_results: [null, {}] }]])(
  '%j cites nothing',
  (members) => {
    expect(whole(members)).toEqual([{ kind: 'text', text: 'Yes [1][2].' }]);
  },
);
