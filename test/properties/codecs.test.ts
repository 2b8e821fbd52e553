import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { Json, JsonObject } from '../../src/core/json/json.ts';
import { type Codec, codecs } from '../golden/codecs.ts';
import type { GoldenDialect } from '../golden/conversation.ts';
import { grammarFaults } from '../golden/event-grammar.ts';
import { portable } from '../golden/normal-form.ts';
import { chatRequest, chatResponse, streamedAnswer } from './generators.ts';
import {
  collect,
  context,
  decodeStream,
  factsOf,
  placesOf,
  reply,
  unsaidFacts,
  unsaidSettings,
  unsaidTurns,
} from './round-trip.ts';
import { runs } from './runs.ts';

/** The share of drawn requests a format may refuse to say, where it takes few kinds of media and gives one answer only. */
const mostRefused: Readonly<Partial<Record<GoldenDialect, number>>> = { ollama: 0.75 };

describe.each(codecs)('$id', (codec) => {
  test('a request that is written and read again differs only where a loss says so', () => {
    let refused = 0;
    let cases = 0;
    fc.assert(
      fc.property(chatRequest, (value) => {
        cases += 1;
        let encoded: ReturnType<Codec['upstream']['encodeRequest']>;
        try {
          encoded = codec.upstream.encodeRequest(value, context);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          refused += 1;
          return;
        }
        const again = codec.door.decodeRequest(encoded.body as Json, { model: 'model-1', stream: false });
        expect(unsaidSettings(value, again, encoded.losses)).toEqual([]);
        expect(unsaidTurns(value, again, encoded.losses)).toEqual([]);
      }),
      runs(),
    );
    expect(refused).toBeLessThan(cases * (mostRefused[codec.id] ?? 0.5));
  });

  test('writing is stable: what was read from it is written as it was', () => {
    const rewritten = (body: JsonObject): JsonObject =>
      codec.upstream.encodeRequest(codec.door.decodeRequest(body as Json, { model: 'model-1', stream: false }), context)
        .body;
    fc.assert(
      fc.property(chatRequest, (value) => {
        let first: JsonObject;
        try {
          first = rewritten(codec.upstream.encodeRequest(value, context).body);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
          return;
        }
        expect(JSON.parse(JSON.stringify(rewritten(first)))).toEqual(JSON.parse(JSON.stringify(first)));
      }),
      runs(),
    );
  });

  test('an answer that is written and read again differs only where a loss says so', () => {
    fc.assert(
      fc.property(chatResponse, (value) => {
        const { body, losses } = codec.door.encodeResponse(value, reply);
        const again = codec.upstream.decodeResponse(body as Json);
        expect(unsaidFacts(value, again, losses)).toEqual([]);
      }),
      runs(),
    );
  });

  test('a stream says what the plain answer says', () => {
    fc.assert(
      fc.property(streamedAnswer, ({ response, events }) => {
        const streamed = decodeStream(codec, events);
        expect(grammarFaults(streamed)).toEqual([]);
        const plain = codec.upstream.decodeResponse(codec.door.encodeResponse(response, reply).body as Json);
        const told = collect(streamed);
        expect(told.choices.map(factsOf)).toEqual(plain.choices.map(factsOf));
        expect(told.choices.map(placesOf)).toEqual(plain.choices.map(placesOf));
        expect(portable(told.usage ?? null)).toEqual(portable(plain.usage ?? null));
      }),
      runs(),
    );
  });
});
