import { bodyOf, subjects } from '../measure/subject.ts';

const encoder = new TextEncoder();

export const chunkCount = 64;

export const openaiRequest = bodyOf(subjects.native, { chunks: 64, everyMs: 1 });
export const anthropicRequest = bodyOf(subjects.translated, { chunks: 64, everyMs: 1 });
export const openaiRequestBytes: Uint8Array = encoder.encode(openaiRequest);

const words = [
  ' the quick',
  ' brown fox',
  ' jumps over',
  ' a lazy dog',
  ' while the',
  ' rain keeps',
  ' falling on',
  ' quiet roofs',
];
const head = {
  id: 'chatcmpl-BenchAnswer0123456789abcdef',
  object: 'chat.completion.chunk',
  created: 1_760_000_000,
  model: 'bench',
};

const openaiChunk = (delta: unknown, reason: string | null = null): string =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: reason }], usage: null })}\n\n`;

const texts = Array.from({ length: chunkCount }, (_, index) => words[index % words.length] ?? '');

/** A whole stream, one piece per chunk, as a provider sends it. */
export const openaiPieces: readonly string[] = [
  openaiChunk({ role: 'assistant', content: '' }),
  ...texts.map((content) => openaiChunk({ content })),
  openaiChunk({}, 'stop'),
  `data: ${JSON.stringify({ ...head, choices: [], usage: { prompt_tokens: 212, completion_tokens: 48, total_tokens: 260 } })}\n\n`,
  'data: [DONE]\n\n',
];

const named = (value: { readonly type: string; readonly [member: string]: unknown }): string =>
  `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;

const message = {
  id: 'msg_BenchAnswer0123456789abcdef',
  type: 'message',
  role: 'assistant',
  model: 'bench',
  content: [],
  stop_reason: null,
  stop_sequence: null,
};

export const anthropicPieces: readonly string[] = [
  named({ type: 'message_start', message: { ...message, usage: { input_tokens: 212, output_tokens: 1 } } }),
  named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  ...texts.map((text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
  named({ type: 'content_block_stop', index: 0 }),
  named({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 48 },
  }),
  named({ type: 'message_stop' }),
];

export const bytesOf = (pieces: readonly string[]): readonly Uint8Array[] =>
  pieces.map((piece) => encoder.encode(piece));

/** The payload of one chunk: what any gateway that reads a stream must parse at least. */
export const chunkPayload: string = (openaiPieces[1] ?? '').slice('data: '.length).trimEnd();
