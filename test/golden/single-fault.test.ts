import { expect, test } from 'bun:test';
import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { type Json, parseJson } from '../../src/core/json/json.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import { codecs } from './codecs.ts';
import { createdSeconds, model } from './conversation.ts';
import { conversations } from './conversations/index.ts';

/** What is put, one at a time, in every place of every body and frame: wrong types, and words that are names on every object's prototype. */
const faults: readonly Json[] = ['__proto__', 'constructor', '', 5, null, true, [], {}, [null]];

type Holder = Record<string | number, unknown>;

const places = (value: unknown, found: (readonly [Holder, string])[] = []): readonly (readonly [Holder, string])[] => {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Holder, key]);
    places((value as Holder)[key], found);
  }
  return found;
};

/** Each way of putting one fault into the value. */
function* broken(value: Json): Generator<Json> {
  const count = places({ value }).length;
  for (let at = 0; at < count; at += 1)
    for (const fault of faults) {
      const whole = { value: structuredClone(value) };
      const [holder, key] = places(whole)[at] ?? [{}, ''];
      holder[key] = structuredClone(fault);
      yield whole.value;
    }
}

/** What other than a `GatewayError` came out, and for what input. */
const crashes = (value: Json, work: (broken: Json) => void): readonly string[] => {
  const found: string[] = [];
  for (const input of broken(value))
    try {
      work(input);
    } catch (error) {
      if (!(error instanceof GatewayError)) found.push(`${String(error)} for ${JSON.stringify(input)}`.slice(0, 600));
    }
  return found.slice(0, 3);
};

const refusedOr = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
};

for (const conversation of conversations) {
  const context: EncodeContext = { model, defaultMaxOutputTokens: 4096, traits: new Set(conversation.traits ?? []) };
  const reply: ReplyContext = {
    request: { ...conversation.request, stream: true, streamUsage: true },
    replyId: 'reply1',
    nowSeconds: createdSeconds,
  };

  for (const codec of codecs) {
    const wire = conversation.wires[codec.id];

    test(`${conversation.name}: any one fault in a ${codec.id} request is read or refused`, () => {
      const found = crashes(wire.request.body, (body) => {
        const request = codec.door.decodeRequest(body, { model, stream: false });
        for (const { upstream } of codecs) refusedOr(() => upstream.encodeRequest(request, context));
      });
      expect(found).toEqual([]);
    });

    test(`${conversation.name}: any one fault in a ${codec.id} answer is read or reported`, () => {
      const found = crashes(wire.response.body, (body) => {
        const response = codec.upstream.decodeResponse(body);
        for (const { door } of codecs) refusedOr(() => door.encodeResponse(response, reply));
      });
      expect(found).toEqual([]);
    });

    test(`${conversation.name}: any one fault in a ${codec.id} stream is read or reported`, () => {
      const found = wire.frames.flatMap((frame, at) => {
        const data = parseJson(frame.data);
        if (data === undefined) return [];
        return crashes(data, (value) => {
          const decoder = codec.upstream.streamDecoder();
          const encoders = codecs.map(({ door }) => door.streamEncoder(reply));
          const collector = new Collector();
          const frames = wire.frames.with(at, { ...frame, data: JSON.stringify(value) });
          for (const one of frames)
            for (const event of decoder.push(one)) {
              collector.push(event);
              for (const encoder of encoders) encoder.push(event);
            }
          for (const event of decoder.end()) {
            collector.push(event);
            for (const encoder of encoders) encoder.push(event);
          }
          collector.response();
        });
      });
      expect(found).toEqual([]);
    });
  }
}
