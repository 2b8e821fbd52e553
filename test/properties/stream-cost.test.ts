import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { answerUsage } from '../../src/core/dialects/answer-usage.ts';
import { dialects } from '../../src/core/dialects/index.ts';
import type { DialectId, StreamEvent, Usage } from '../../src/core/ir/index.ts';
import { isObject, parseJson } from '../../src/core/json/json.ts';
import { billOf } from '../../src/core/money/bill.ts';
import { type PriceVersion, priceUnits, type Rates } from '../../src/core/money/price.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import type { Framing } from '../../src/core/stream/framing.ts';
import { replay } from '../../src/core/stream/replay.ts';
import { frameHold } from '../../src/gateway/line/streams/frame-hold.ts';
import { framesIn, NativeMeter } from '../../src/gateway/line/streams/native-meter.ts';
import { applicable } from '../corpus/applicable.ts';
import { type Exchange, readExchanges } from '../corpus/exchange.ts';

/** Every unit has a rate, each another, so that no unit can stand for another one unseen. */
const rates = Object.fromEntries(priceUnits.map((unit, place) => [unit, 1_000_003 + place * 7919])) as Rates;
const sheet = { rates, tiers: [] };
const price: PriceVersion = {
  standard: sheet,
  services: {
    flex: { rates: { input: 11 }, tiers: [] },
    priority: { rates: { input: 13 }, tiers: [] },
    batch: { rates: { input: 17 }, tiers: [] },
    fast: { rates: { input: 19 }, tiers: [] },
  },
  sources: ['test'],
  agreed: true,
};
const cost = (usage: Usage | undefined): bigint | undefined =>
  usage === undefined ? undefined : billOf(usage, price).nanoUsd;

const directory = process.env['SLUICE_CORPUS'] ?? join(import.meta.dir, '../corpus/data');
const exchanges = readExchanges(directory, false);
const streams = exchanges.filter(({ stream, status }) => stream && status === 200);

const bytesOf = ({ response_body: body, response_body_encoding: encoding }: Exchange): Uint8Array =>
  Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8');

const framingOf = ({ stream_format: format }: Exchange, dialect: DialectId): Framing | undefined => {
  if (format === 'sse') return 'sse';
  if (format === 'ndjson') return 'ndjson';
  return format === 'aws-eventstream' && dialect === 'bedrock-converse' ? 'aws-event-stream' : undefined;
};

const decoded = (dialect: DialectId, bytes: Uint8Array, framing: Framing): readonly StreamEvent[] | undefined => {
  const decoder = dialects[dialect].chat?.upstream.streamDecoder();
  if (decoder === undefined) return undefined;
  try {
    return [...framesIn(bytes, framing).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
  } catch {
    // A stream that broke has no whole answer to be compared with.
    return undefined;
  }
};

const lastUsage = (events: readonly StreamEvent[]): Usage | undefined =>
  events.findLast((event) => event.kind === 'usage')?.usage;

test('a recorded stream costs the same passed on as it is, translated, and collected into a whole answer', () => {
  let compared = 0;
  for (const exchange of streams) {
    const where = applicable(exchange);
    const framing = where === undefined ? undefined : framingOf(exchange, where.dialect);
    if (where === undefined || framing === undefined) continue;
    const bytes = bytesOf(exchange);
    const events = decoded(where.dialect, bytes, framing);
    if (events === undefined) continue;
    const meter = new NativeMeter(where.dialect, framing);
    // As a network brings it: in pieces.
    const hold = frameHold(framing);
    for (let at = 0; at < bytes.length; at += 700) {
      const frames = hold.push(bytes.subarray(at, at + 700));
      if (frames !== undefined) meter.push(frames);
    }
    const rest = hold.end();
    if (rest !== undefined) meter.push(rest);
    const collector = new Collector();
    for (const event of events) collector.push(event);
    const whole = collector.response();
    const translated = cost(lastUsage(events));
    expect([exchange.id, cost(meter.usage())]).toEqual([exchange.id, translated]);
    expect(cost(whole.usage)).toBe(translated);
    expect(cost(lastUsage(replay(whole)))).toBe(translated);
    compared++;
  }
  expect(compared).toBeGreaterThan(100);
});

test('a recorded whole answer costs the same read whole or for its counts only', () => {
  let compared = 0;
  for (const exchange of exchanges) {
    const where = applicable(exchange);
    if (exchange.stream || exchange.status !== 200 || where?.operation !== 'chat') continue;
    const body = parseJson(exchange.response_body);
    if (!isObject(body)) continue;
    const { dialect } = where;
    let usage: Usage | undefined;
    try {
      usage = dialects[dialect].chat?.upstream.decodeResponse(body).usage;
    } catch {
      continue;
    }
    expect([exchange.id, cost(answerUsage[dialect](body))]).toEqual([exchange.id, cost(usage)]);
    compared++;
  }
  expect(compared).toBeGreaterThan(100);
});
