import { expect, test } from 'bun:test';
import type { ExchangeRecord } from '../../ports/exchange-sink.ts';
import { exchangeLine } from './exchange-line.ts';

const record: ExchangeRecord = {
  requestId: 'r1',
  method: 'POST',
  path: '/v1/chat/completions',
  stream: false,
  status: 200,
  end: 'done',
  bytesIn: 10,
  bytesOut: 20,
  durationMs: 12.0344,
  overheadMs: 0.07,
  firstByteMs: 12,
  attempts: 1,
  warnings: 0,
};

test('a log line is JSON with the time of day, milliseconds to three places and the counts of tokens', () => {
  const usage = { inputTokens: 3, outputTokens: 4, wire: { dialect: 'openai-chat', value: { secret: 1 } } } as const;
  expect(JSON.parse(exchangeLine({ ...record, usage }, 'info', 1_700_000_000_123))).toEqual({
    time: '2023-11-14T22:13:20.123Z',
    level: 'info',
    event: 'exchange',
    ...record,
    durationMs: 12.034,
    inputTokens: 3,
    outputTokens: 4,
  });
});

test('text from outside cannot break out of its member', () => {
  const odd = { path: '/v1/"},{"x\n', requestedModel: 'a"b\\', errorCode: 'invalid_json', errorMessage: 'no "model"' };
  expect(JSON.parse(exchangeLine({ ...record, ...odd }, 'warn', 0))).toMatchObject(odd);
});
