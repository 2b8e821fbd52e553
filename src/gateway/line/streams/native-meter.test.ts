import { expect, test } from 'bun:test';
import { frameHold } from './frame-hold.ts';
import { NativeMeter } from './native-meter.ts';

const stream = [
  'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"say \\"usage\\" [DONE] ü"},"finish_reason":null}]}\n\n',
  'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}\n\n',
  'data: [DONE]\n\n',
].join('');

const meterOf = (pieces: readonly Uint8Array[]): NativeMeter => {
  const meter = new NativeMeter('openai-chat', 'sse');
  const hold = frameHold('sse');
  for (const piece of pieces) {
    const frames = hold.push(piece);
    if (frames !== undefined) meter.push(frames);
  }
  return meter;
};

test('counts and completion are found however the bytes are cut', () => {
  const bytes = new TextEncoder().encode(stream);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const meter = meterOf([bytes.subarray(0, cut), bytes.subarray(cut)]);
    expect(meter.usage()).toMatchObject({ inputTokens: 7, outputTokens: 5 });
    expect(meter.complete).toBe(true);
    expect(meter.error).toBeUndefined();
  }
  expect(meterOf(Array.from(bytes, (value) => Uint8Array.of(value))).usage()).toMatchObject({ inputTokens: 7 });
});

test('a stream cut before its end is not complete, though its text speaks of [DONE]', () => {
  const first = stream.slice(0, stream.indexOf('\n\n') + 2);
  expect(meterOf([new TextEncoder().encode(first)]).complete).toBe(false);
});

test('lines that end with CRLF are frames too', () => {
  expect(meterOf([new TextEncoder().encode(stream.replaceAll('\n', '\r\n'))]).usage()).toMatchObject({
    outputTokens: 5,
  });
});

test("Anthropic's counts come in two frames, and the error mark is found", () => {
  const meter = new NativeMeter('anthropic-messages', 'sse');
  const encoder = new TextEncoder();
  meter.push(
    encoder.encode(
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}\n\n',
    ),
  );
  meter.push(
    encoder.encode(
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":30}}\n\n',
    ),
  );
  expect(meter.usage()).toMatchObject({ inputTokens: 10, outputTokens: 30 });
  expect(meter.complete).toBe(false);
  meter.push(
    encoder.encode('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n'),
  );
  expect(meter.error).toMatchObject({ code: 'upstream_overloaded' });
});

test.each([
  ['anthropic-messages', '{"error":{"message":"It broke.","type":"server_error"}}'],
  ['openai-responses', '{"error":{"message":"It broke.","type":"server_error"}}'],
  ['openai-chat', '{"error":{"message":"It broke.","type":"server_error"}}'],
  ['gemini', '{"error":{"message":"It broke.","code":500}}'],
  ['cohere', '{"error":{"message":"It broke.","type":"server_error"}}'],
  ['cohere', '{"message":"It broke."}'],
] as const)('an error in words that are not the own of %s is found behind another frame: %s', (dialect, data) => {
  const meter = new NativeMeter(dialect, 'sse');
  meter.push(new TextEncoder().encode(`data: {"type":"ping"}\n\ndata: ${data}\n\n`));
  expect(meter.error?.message).toEndWith('It broke.');
});
