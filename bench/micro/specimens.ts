import type { Dialect } from '../../src/core/dialects/dialect.ts';
import type { Edit } from '../../src/core/json/edit.ts';
import type { Json } from '../../src/core/json/json.ts';
import { type SseFrame, writeSseFrame } from '../../src/core/stream/sse-frame.ts';
import { planningSpecimens } from './planning.ts';
import {
  anthropicPieces,
  anthropicRequest,
  bytesOf,
  chunkCount,
  chunkPayload,
  openaiPieces,
  openaiRequest,
  openaiRequestBytes,
} from './samples.ts';
import type { Specimen } from './time-loop.ts';

const request = 'JSON.parse of a 1 KB request';
const chunk = 'JSON.parse of one chunk';

export const yardsticks: readonly Specimen[] = [
  { name: request, yardstick: request, work: 1, run: () => JSON.parse(openaiRequest) },
  { name: chunk, yardstick: chunk, work: 1, run: () => JSON.parse(chunkPayload) },
];

/** A module and what is measured in it. Each is loaded on its own, so that one that does not load takes only its own lines along. */
export interface Bench {
  readonly module: string;
  specimens(): Promise<readonly Specimen[]>;
}

const edits: readonly Edit[] = [
  { op: 'set', path: ['model'], value: 'bench' },
  { op: 'set', path: ['stream_options', 'include_usage'], value: true },
];

const limits = { maxValues: 200_000, maxDepth: 64 };

export const benches: readonly Bench[] = [
  {
    module: 'json/scan',
    specimens: async () => {
      const { checkJsonLimits } = await import('../../src/core/json/scan.ts');
      return [
        {
          name: 'checkJsonLimits',
          yardstick: request,
          work: 1,
          run: () => checkJsonLimits(openaiRequestBytes, limits),
        },
      ];
    },
  },
  {
    module: 'json/span-patch',
    specimens: async () => {
      const { patchJson } = await import('../../src/core/json/span-patch.ts');
      return [
        {
          name: 'patchJson, model',
          yardstick: request,
          work: 1,
          run: () => patchJson(openaiRequestBytes, edits.slice(0, 1)),
        },
        {
          name: 'patchJson, model and usage flag',
          yardstick: request,
          work: 1,
          run: () => patchJson(openaiRequestBytes, edits),
        },
      ];
    },
  },
  {
    module: 'stream/sse-decoder',
    specimens: async () => {
      const { SseDecoder } = await import('../../src/core/stream/sse-decoder.ts');
      const pieces = bytesOf(openaiPieces);
      const decode = (): number => {
        const decoder = new SseDecoder();
        return pieces.reduce((count, piece) => count + decoder.push(piece).length, 0);
      };
      return [{ name: 'SseDecoder', yardstick: chunk, work: pieces.length, run: decode }];
    },
  },
  {
    module: 'dialects/openai-chat',
    specimens: async () =>
      chatSpecimens((await import('../../src/core/dialects/openai-chat/index.ts')).openaiChat, openai),
  },
  {
    module: 'dialects/anthropic-messages',
    specimens: async () =>
      chatSpecimens((await import('../../src/core/dialects/anthropic-messages/index.ts')).anthropicMessages, anthropic),
  },
  { module: 'routing', specimens: () => planningSpecimens(request) },
  { module: 'translated stream', specimens: async () => translated() },
];

interface Wire {
  readonly request: string;
  readonly pieces: readonly string[];
}

const openai: Wire = { request: openaiRequest, pieces: openaiPieces };
const anthropic: Wire = { request: anthropicRequest, pieces: anthropicPieces };

const chatOf = (dialect: Dialect) => {
  if (dialect.chat === undefined) throw new Error(`${dialect.id} has no chat half`);
  return dialect.chat;
};

const framesOf = async (wire: Wire): Promise<readonly SseFrame[]> => {
  const { SseDecoder } = await import('../../src/core/stream/sse-decoder.ts');
  const decoder = new SseDecoder();
  return bytesOf(wire.pieces).flatMap((piece) => decoder.push(piece));
};

const chatSpecimens = async (dialect: Dialect, wire: Wire): Promise<readonly Specimen[]> => {
  const { door, upstream } = chatOf(dialect);
  const body = JSON.parse(wire.request) as Json;
  const decoded = door.decodeRequest(body, {});
  const encodeContext = { model: 'bench', defaultMaxOutputTokens: 4096, traits: new Set<never>() };
  const frames = await framesOf(wire);
  const decodeStream = () => {
    const decoder = upstream.streamDecoder();
    return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
  };
  const events = decodeStream();
  const encodeStream = () => {
    const encoder = door.streamEncoder({ request: decoded, replyId: 'bench', nowSeconds: 1_760_000_000 });
    return events
      .flatMap((event) => encoder.push(event))
      .reduce((length, frame) => length + writeSseFrame(frame).length, 0);
  };
  return [
    { name: `${dialect.id} decodeRequest`, yardstick: request, work: 1, run: () => door.decodeRequest(body, {}) },
    {
      name: `${dialect.id} encodeRequest`,
      yardstick: request,
      work: 1,
      run: () => upstream.encodeRequest(decoded, encodeContext),
    },
    { name: `${dialect.id} decode stream, per chunk`, yardstick: chunk, work: chunkCount, run: decodeStream },
    { name: `${dialect.id} encode stream, per chunk`, yardstick: chunk, work: chunkCount, run: encodeStream },
  ];
};

/** The translated lane of a stream without any IO: an OpenAI provider's bytes to an Anthropic client's text. */
const translated = async (): Promise<readonly Specimen[]> => {
  const [{ SseDecoder }, { openaiChat }, { anthropicMessages }] = await Promise.all([
    import('../../src/core/stream/sse-decoder.ts'),
    import('../../src/core/dialects/openai-chat/index.ts'),
    import('../../src/core/dialects/anthropic-messages/index.ts'),
  ]);
  const { door } = chatOf(anthropicMessages);
  const { upstream } = chatOf(openaiChat);
  const decoded = door.decodeRequest(JSON.parse(anthropicRequest) as Json, {});
  const pieces = bytesOf(openaiPieces);
  const run = (): number => {
    const splitter = new SseDecoder();
    const decoder = upstream.streamDecoder();
    const encoder = door.streamEncoder({ request: decoded, replyId: 'bench', nowSeconds: 1_760_000_000 });
    let length = 0;
    for (const piece of pieces)
      for (const frame of splitter.push(piece))
        for (const event of decoder.push(frame))
          for (const out of encoder.push(event)) length += writeSseFrame(out).length;
    return length;
  };
  return [{ name: 'bytes → events → client text, per chunk', yardstick: chunk, work: chunkCount, run }];
};
