import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { Block, ChatRequest, ChatResponse, Choice, Loss, StreamEvent } from '../../src/core/ir/index.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json/json.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import { type Codec, codecs } from '../golden/codecs.ts';
import { grammarFaults } from '../golden/event-grammar.ts';
import { portable } from '../golden/normal-form.ts';
import { chatRequest, chatResponse, streamedAnswer } from './generators.ts';
import { differingPaths, isTouched } from './losses.ts';
import { runs } from './runs.ts';

const context: EncodeContext = { model: 'model-1', defaultMaxOutputTokens: 4096, traits: new Set() };
const request: ChatRequest = {
  model: 'model-1',
  stream: true,
  streamUsage: true,
  turns: [{ role: 'user', blocks: [{ kind: 'text', text: 'x' }] }],
  choices: 2,
  logprobs: true,
};
const reply: ReplyContext = { request, replyId: 'reply1', nowSeconds: 1_760_000_000 };

interface Placed {
  readonly path: string;
  readonly role: string;
  readonly block: Block;
}

const placedBlocks = (value: ChatRequest): readonly Placed[] =>
  value.turns.flatMap((turn, at) =>
    turn.blocks.map((block, index) => ({ path: `turns[${at}].blocks[${index}]`, role: turn.role, block })),
  );

const factOf = ({ role, block }: Placed): string => JSON.stringify([role, sorted(portable(block))]);

const sorted = (value: Json | undefined): Json => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
};

/** The words of a block that must arrive somewhere even when something about the block was changed. */
const wordsOf = (block: Block): string => {
  if (block.kind === 'tool-call') return block.name;
  return block.kind === 'text' || block.kind === 'refusal' ? block.text : '';
};

/** What a round trip lost of the turns without saying so. */
const unsaidTurns = (before: ChatRequest, after: ChatRequest, losses: readonly Loss[]): readonly string[] => {
  const arrived = placedBlocks(after).map(factOf);
  const everything = JSON.stringify(after);
  const unsaid: string[] = [];
  let from = 0;
  for (const placed of placedBlocks(before)) {
    if (isTouched(losses, placed.path)) {
      const dropped = losses.some((loss) => loss.action === 'dropped' && placed.path.startsWith(loss.field));
      const words = JSON.stringify(wordsOf(placed.block)).slice(1, -1);
      if (!dropped && !everything.includes(words)) unsaid.push(`${placed.path}: the words did not arrive`);
      continue;
    }
    const at = arrived.indexOf(factOf(placed), from);
    if (at < 0) unsaid.push(`${placed.path}: ${factOf(placed)}`);
    else from = at + 1;
  }
  const touched = losses.some((loss) => loss.field.startsWith('turns'));
  if (!touched && arrived.length !== placedBlocks(before).length) unsaid.push('turns: blocks came out of nowhere');
  return unsaid;
};

const unsaidSettings = (before: ChatRequest, after: ChatRequest, losses: readonly Loss[]): readonly string[] => {
  const { turns: _, ...settings } = portable(before) as JsonObject;
  const { turns: __, ...others } = portable(after) as JsonObject;
  return differingPaths(settings, others, '').filter((path) => !isTouched(losses, path));
};

const collect = (events: readonly StreamEvent[]): ChatResponse => {
  const collector = new Collector();
  for (const event of events) collector.push(event);
  return collector.response();
};

/** What a choice says, in the normal form of wires that know one text and one line of thought in an answer. */
const factsOf = (choice: Choice | undefined) => {
  const blocks = choice?.blocks ?? [];
  const words = (kind: 'text' | 'thinking' | 'refusal') =>
    blocks.map((block) => (block.kind === kind ? block.text : '')).join('');
  return {
    text: words('text'),
    thinking: words('thinking'),
    refusal: words('refusal'),
    calls: blocks.flatMap((block) =>
      block.kind === 'tool-call'
        ? [[block.id, block.name, JSON.stringify(JSON.parse(block.argumentsJson || '{}'))]]
        : [],
    ),
    media: blocks.filter((block) => block.kind === 'media').length,
    citations: blocks.flatMap((block) => (block.kind === 'text' ? (block.citations ?? []) : [])).length,
    stop: choice?.stop,
    logprobs: (choice?.logprobs ?? []).map((token) => [token.token, token.logprob]),
  };
};

const kindOfFact: Readonly<Record<string, readonly Block['kind'][]>> = {
  text: ['text'],
  thinking: ['thinking'],
  refusal: ['refusal'],
  calls: ['tool-call'],
  media: ['media'],
  citations: ['text'],
};

/** The facts of the answer that changed although no loss names a block they come from. */
const unsaidFacts = (before: ChatResponse, after: ChatResponse, losses: readonly Loss[]): readonly string[] =>
  before.choices.flatMap((choice, at) => {
    const [was, is] = [factsOf(choice), factsOf(after.choices[at])];
    return Object.entries(was).flatMap(([name, value]) => {
      if (JSON.stringify(value) === JSON.stringify(is[name as keyof typeof is])) return [];
      const paths = [
        `choices[${at}].${name}`,
        ...choice.blocks.flatMap((block, index) =>
          kindOfFact[name]?.includes(block.kind) === true ? [`choices[${at}].blocks[${index}]`] : [],
        ),
      ];
      if (paths.some((path) => isTouched(losses, path))) return [];
      return [`${name}: ${JSON.stringify(value)} became ${JSON.stringify(is[name as keyof typeof is])}`];
    });
  });

const decodeStream = (codec: Codec, events: readonly StreamEvent[]): readonly StreamEvent[] => {
  const encoder = codec.door.streamEncoder(reply);
  const decoder = codec.upstream.streamDecoder();
  const frames = events.flatMap((event) => encoder.push(event));
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
};

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
    expect(refused).toBeLessThan(cases / 2);
  });

  test('writing is stable: what was read is written as it was', () => {
    fc.assert(
      fc.property(chatRequest, (value) => {
        let body: JsonObject;
        try {
          body = codec.upstream.encodeRequest(value, context).body;
        } catch {
          return;
        }
        const again = codec.door.decodeRequest(body as Json, { model: 'model-1', stream: false });
        const second = codec.upstream.encodeRequest(again, context).body;
        expect(JSON.parse(JSON.stringify(second))).toEqual(JSON.parse(JSON.stringify(body)));
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
        expect(portable(told.usage ?? null)).toEqual(portable(plain.usage ?? null));
      }),
      runs(),
    );
  });
});
