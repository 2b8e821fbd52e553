import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { applicable } from '../../../../test/corpus/applicable.ts';
import { readExchanges } from '../../../../test/corpus/exchange.ts';
import { dialects } from '../../../core/dialects/index.ts';
import { EventGathering } from '../money/produced.ts';
import { NativeGathering } from './native-gathering.ts';
import { framesIn } from './native-meter.ts';

test('texts, thoughts and arguments are found, escaped quotes end nothing, and other members are left alone', () => {
  const gathering = new NativeGathering('openai-chat');
  gathering.see(
    'data: {"id":"x","choices":[{"delta":{"role":"assistant","content":"He said \\"hi\\\\"},"index":0}]}\n\n',
  );
  gathering.see('data: {"choices":[{"delta":{"content": "\\u00e4\\n"},"logprobs":{"content":[]}}]}\n\n');
  gathering.see(
    'data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1}"}}]}}]}\n\n',
  );
  expect(gathering.produced()).toEqual({ texts: ['He said "hi\\ä\nf{"a":1}'], calls: 1 });
});

test('arguments that come as an object are kept whole', () => {
  const gathering = new NativeGathering('gemini');
  gathering.see(
    'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":{"b":"}"}}}}]}}]}\n\n',
  );
  expect(gathering.produced()).toEqual({ texts: ['f', '{"a":{"b":"}"}}'], calls: 1 });
});

const directory = process.env['SLUICE_CORPUS'] ?? join(import.meta.dir, '../../../../test/corpus/data');

test('recorded streams: as much is found without parsing as the decoders find', () => {
  let compared = 0;
  const differing: string[] = [];
  for (const exchange of readExchanges(directory, false)) {
    const where = applicable(exchange);
    if (!exchange.stream || exchange.status !== 200 || where === undefined || exchange.stream_format !== 'sse')
      continue;
    const frames = framesIn(Buffer.from(exchange.response_body), 'sse');
    const decoder = dialects[where.dialect].chat?.upstream.streamDecoder();
    if (decoder === undefined) continue;
    const events = new EventGathering();
    try {
      for (const frame of frames) for (const event of decoder.push(frame)) events.see(event);
      for (const event of decoder.end()) events.see(event);
    } catch {
      continue;
    }
    const native = new NativeGathering(where.dialect);
    native.see(`\n${exchange.response_body}`);
    const found = native.produced().texts.join('').length;
    const expected = events.produced().texts.join('').length;
    compared++;
    if (Math.abs(found - expected) > Math.max(64, expected * 0.05))
      differing.push(`${where.dialect} ${exchange.id} ${exchange.provider} found ${found}, expected ${expected}`);
  }
  expect(compared).toBeGreaterThan(80);
  // What is left are texts without an end and calls that decoders do not take for the client's.
  expect(differing.slice(Math.ceil(compared * 0.02))).toEqual([]);
});

test('of a very long answer the beginning is kept, and how much came behind it', () => {
  const gathering = new NativeGathering('openai-chat');
  const piece = 'x'.repeat(1000);
  for (let frame = 0; frame < 100; frame += 1)
    gathering.see(`data: {"choices":[{"delta":{"content":"${piece}"}}]}\n\n`);
  const { texts, beyond } = gathering.produced();
  expect([gathering.characters, texts[0]?.length, beyond]).toEqual([100_000, 33_000, 67_000]);
});
