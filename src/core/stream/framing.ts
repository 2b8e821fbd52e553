import type { Decoder } from '../ir/index.ts';
import { AwsDecoder } from './aws-decoder.ts';
import { LineDecoder } from './line-decoder.ts';
import { SseDecoder } from './sse-decoder.ts';
import type { SseFrame } from './sse-frame.ts';

/**
 * How a stream's frames stand in its bytes. `sse`: server-sent events. `ndjson`: one JSON value a line. `aws-event-stream`: AWS's binary
 * messages. `aws-chunks`: the same, each with a piece of another format's stream in it as base64 (models called on Bedrock in their own format).
 */
export const framings = ['sse', 'ndjson', 'aws-event-stream', 'aws-chunks'] as const;

export type Framing = (typeof framings)[number];

/** Reads the frames of a stream, whatever the pieces its bytes come in. Throws `upstream_invalid` for bytes that are no such stream. */
export const frameDecoder = (framing: Framing): Decoder<Uint8Array, SseFrame> => {
  switch (framing) {
    case 'sse':
      return new SseDecoder();
    case 'ndjson':
      return new LineDecoder();
    case 'aws-event-stream':
      return new AwsDecoder();
    case 'aws-chunks':
      return new AwsDecoder({ chunks: true });
  }
};

/** The framing an answer's content type names; undefined when it names none. */
export const framingOfContentType = (contentType: string): Framing | undefined => {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return 'sse';
  if (type === 'application/vnd.amazon.eventstream') return 'aws-event-stream';
  return lineTypes.has(type ?? '') ? 'ndjson' : undefined;
};

const lineTypes: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/jsonl',
  'application/stream+json',
]);
