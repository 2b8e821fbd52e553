import { expect, test } from 'bun:test';
import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import type { ChatRequest, ChatResponse, StreamEvent } from '../../src/core/ir/index.ts';
import type { Json, JsonObject } from '../../src/core/json/json.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import type { SseFrame } from '../../src/core/stream/sse-frame.ts';
import { type Codec, codecs } from './codecs.ts';
import { createdSeconds, type GoldenConversation, model, type RequestForm } from './conversation.ts';
import { conversations } from './conversations/index.ts';
import { grammarFaults } from './event-grammar.ts';
import { differences, portable, spelledOut } from './normal-form.ts';

const encodeContext = (conversation: GoldenConversation): EncodeContext => ({
  model,
  defaultMaxOutputTokens: 4096,
  traits: new Set(conversation.traits ?? []),
});

const replyContext = (request: ChatRequest): ReplyContext => ({
  request,
  replyId: 'reply1',
  nowSeconds: createdSeconds,
});

const collect = (events: readonly StreamEvent[]): ChatResponse => {
  const collector = new Collector();
  for (const event of events) collector.push(event);
  return collector.response();
};

const decodeFrames = (codec: Codec, frames: readonly SseFrame[]): readonly StreamEvent[] => {
  const decoder = codec.upstream.streamDecoder();
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
};

/** A client that came by another door never asked the provider to keep anything, and Responses keeps unless told not to. */
const sentBody = (codec: Codec, form: RequestForm): JsonObject => {
  const body = form.sent ?? form.body;
  return codec.id === 'openai-responses' ? { store: false, ...body } : body;
};

const fieldsOf = (losses: readonly { readonly field: string }[]): readonly string[] =>
  losses.map((loss) => loss.field).sort();

for (const conversation of conversations) {
  const { name, request, response, events } = conversation;

  test(`${name}: the events written by hand keep the grammar and fold into the answer written by hand`, () => {
    expect(grammarFaults(events)).toEqual([]);
    expect(collect(events)).toEqual(response);
  });

  for (const codec of codecs) {
    const wire = conversation.wires[codec.id];
    const read = { ...request, ...wire.request.reads };
    const answer = { ...response, ...wire.response.reads };

    test(`${name}: ${codec.id} reads a client's request as the representation says`, () => {
      const decoded = codec.door.decodeRequest(wire.request.body, { model, stream: false });
      expect(portable(decoded)).toEqual(portable(read));
    });

    test(`${name}: ${codec.id} writes the request and names what is lost`, () => {
      const { refused } = wire.request;
      if (refused !== undefined) {
        expect(() => codec.upstream.encodeRequest(request, encodeContext(conversation))).toThrow(`${refused}: `);
        return;
      }
      const { body, losses } = codec.upstream.encodeRequest(request, encodeContext(conversation));
      expect(spelledOut(codec.id, body)).toEqual(spelledOut(codec.id, sentBody(codec, wire.request)));
      expect(fieldsOf(losses)).toEqual([...(wire.request.losses ?? [])].sort());
    });

    test(`${name}: ${codec.id} sends what it read home unchanged, without a loss`, () => {
      const decoded = codec.door.decodeRequest(wire.request.body, { model, stream: false });
      const { body, losses } = codec.upstream.encodeRequest(decoded, encodeContext(conversation));
      if (wire.request.sent !== undefined) return;
      expect(spelledOut(codec.id, body)).toEqual(spelledOut(codec.id, wire.request.body));
      expect(fieldsOf(losses)).toEqual([]);
    });

    test(`${name}: ${codec.id} reads a provider's answer as the representation says`, () => {
      const decoded = codec.upstream.decodeResponse(wire.response.body);
      expect(portable(decoded)).toEqual(portable(answer));
      expect(decoded.choices[0]?.rawStop).toBe(wire.response.rawStop);
    });

    test(`${name}: ${codec.id} writes the answer and names what is lost`, () => {
      const { body, losses } = codec.door.encodeResponse(response, replyContext(request));
      const expected = wire.response.shown ?? wire.response.body;
      expect(differences(spelledOut(codec.id, body), spelledOut(codec.id, expected))).toEqual([]);
      expect(fieldsOf(losses)).toEqual([...(wire.response.losses ?? [])].sort());
    });

    test(`${name}: ${codec.id} reads a provider's stream as the plain answer`, () => {
      const decoded = decodeFrames(codec, wire.frames);
      expect(grammarFaults(decoded)).toEqual([]);
      const collected = collect(decoded);
      expect(portable(collected)).toEqual(portable(codec.upstream.decodeResponse(wire.response.body)));
    });

    test(`${name}: ${codec.id} writes the events as a stream that says what its plain answer says`, () => {
      const encoder = codec.door.streamEncoder(replyContext({ ...request, stream: true, streamUsage: true }));
      const frames = events.flatMap((event) => encoder.push(event));
      const streamed = decodeFrames(codec, frames);
      expect(grammarFaults(streamed)).toEqual([]);
      const plain = codec.door.encodeResponse(response, replyContext(request)).body as Json;
      expect(portable(collect(streamed))).toEqual(portable(codec.upstream.decodeResponse(plain)));
    });
  }
}
