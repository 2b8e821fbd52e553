import type { DialectId } from '../../../core/ir/index.ts';

/** Words of a dialect's streams that can be found in the bytes without reading the frames. */
export interface NativeMarks {
  /** The answer is complete: without one of these a stream that ends was cut. */
  readonly complete: readonly string[];
  /** The provider itself reported an error in the stream. */
  readonly failed: readonly string[];
  /** A frame that carries token counts. */
  readonly usage: string;
}

// Quotes guard most of them: inside the text of an answer they would be escaped.
const openai: NativeMarks = {
  complete: ['data: [DONE]', 'data:[DONE]', '"finish_reason":"', '"finish_reason": "'],
  failed: ['data: {"error"', 'data: { "error"', 'data:{"error"', '\nevent: error'],
  usage: '"usage"',
};

export const nativeMarks: Readonly<Record<DialectId, NativeMarks>> = {
  'openai-chat': openai,
  'openai-completions': openai,
  'openai-responses': {
    complete: ['"response.completed"', '"response.incomplete"'],
    failed: ['"response.failed"', '"type":"error"', '"type": "error"'],
    usage: '"usage":',
  },
  'anthropic-messages': {
    complete: ['"message_stop"'],
    failed: ['"type":"error"', '"type": "error"'],
    usage: '"usage"',
  },
  gemini: {
    complete: ['"finishReason"', '"blockReason"'],
    failed: ['data: {"error"', 'data: { "error"', 'data:{"error"'],
    usage: '"usageMetadata"',
  },
};
