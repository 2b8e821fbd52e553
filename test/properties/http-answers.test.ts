import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { AnswerParser } from '../../src/core/http/answer-parser.ts';
import { concatBytes } from '../../src/core/json/span-patch.ts';
import { runs } from './runs.ts';

const encoder = new TextEncoder();

/** Everything that can be seen of reading `bytes` cut at these places. */
const outcome = (bytes: Uint8Array, cuts: readonly number[]) => {
  const parser = new AnswerParser('POST');
  const body: Uint8Array[] = [];
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  try {
    for (let index = 1; index < places.length; index += 1) {
      // A copy: the parser takes its pieces over.
      const piece = parser.push(bytes.slice(places[index - 1], places[index]));
      if (piece !== undefined) body.push(piece);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return { failed: (error as GatewayError).code };
  }
  const { head, ended, reusable } = parser;
  return { head, ended, reusable, body: concatBytes(body), complete: parser.close() };
};

const chunk = (data: Uint8Array, extension: string): Uint8Array =>
  concatBytes([encoder.encode(`${data.length.toString(16)}${extension}\r\n`), data, encoder.encode('\r\n')]);

const body = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });

const answer = fc
  .record({
    status: fc.constantFrom(200, 204, 404, 500),
    before: fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    framing: fc.constantFrom('length', 'chunked', 'until-close'),
    extension: fc.constantFrom('', ';a=b', ' ;"x"'),
    trailer: fc.constantFrom('', 'x-end: 1\r\n'),
    lineEnd: fc.constantFrom('\r\n', '\n'),
    surplus: fc.constantFrom('', 'x'),
    pieces: body,
  })
  .map(({ status, before, framing, extension, trailer, lineEnd, surplus, pieces }) => {
    const whole = concatBytes(pieces);
    const said = {
      length: `content-length: ${whole.length}`,
      chunked: 'transfer-encoding: chunked',
      'until-close': 'x: y',
    };
    const head = encoder.encode(
      `${before}${[`HTTP/1.1 ${status} So`, 'Server: test', said[framing as keyof typeof said], '', ''].join(lineEnd)}`,
    );
    const last = encoder.encode(`0\r\n${trailer}\r\n`);
    const written =
      framing === 'chunked' ? concatBytes([...pieces.map((piece) => chunk(piece, extension)), last]) : whole;
    return {
      bytes: concatBytes([head, written, encoder.encode(surplus)]),
      whole,
      status,
      framing,
      surplus,
      end: head.length + written.length,
    };
  });

test('any split of an answer reads the same, and gives the body that was written', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat(), { maxLength: 12 }), ({ bytes, whole, status, framing, surplus }, cuts) => {
      const atOnce = outcome(bytes, []);
      expect(outcome(bytes, cuts)).toEqual(atOnce);
      if (status !== 204 && !(framing === 'until-close' && surplus !== '')) expect(atOnce.body).toEqual(whole);
    }),
    runs(),
  );
});

test('an answer cut after any byte is never complete, unless the connection’s end is its end', () => {
  fc.assert(
    fc.property(answer, ({ bytes, end, status, framing }) => {
      if (status === 204 || framing === 'until-close') return;
      for (let cut = 0; cut < end; cut += 1)
        expect(
          outcome(
            bytes.subarray(0, cut),
            Array.from({ length: cut }, (_, index) => index),
          ).complete,
        ).toBe(false);
      expect(outcome(bytes.subarray(0, end), []).complete).toBe(true);
    }),
    runs(),
  );
});

test('broken bytes are refused by their code or read the same in any split', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(answer, flips, fc.array(fc.nat(), { maxLength: 8 }), ({ bytes }, changes, cuts) => {
      const broken = bytes.slice();
      for (const [place, byte] of changes) broken[place % broken.length] = byte;
      expect(outcome(broken, cuts)).toEqual(outcome(broken, []));
    }),
    runs(),
  );
});
