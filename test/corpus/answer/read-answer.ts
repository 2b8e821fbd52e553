import type { DialectId } from '../../../src/core/ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../../src/core/json/json.ts';
import { AnswerDraft, type AnswerReader, objectsIn, type ReadAnswer } from './answer-draft.ts';
import { anthropicReader } from './read-anthropic.ts';
import { chatReader, completionsReader } from './read-chat.ts';
import { cohereReader } from './read-cohere.ts';
import { cohereV1Reader } from './read-cohere-v1.ts';
import { converseReader } from './read-converse.ts';
import { geminiReader } from './read-gemini.ts';
import { generateReader, ollamaReader } from './read-ollama.ts';
import { responsesReader } from './read-responses.ts';

/** Readers of the wires, of their own code, so that no codec judges itself. */
const readers: Readonly<Record<DialectId, AnswerReader>> = {
  'openai-chat': chatReader,
  'openai-completions': completionsReader,
  'anthropic-messages': anthropicReader,
  'openai-responses': responsesReader,
  gemini: geminiReader,
  'bedrock-converse': converseReader,
  cohere: cohereReader,
  'cohere-v1': cohereV1Reader,
  // These have no chat.
  voyage: chatReader,
  jina: chatReader,
  'amazon-titan': chatReader,
  'vertex-predict': chatReader,
  ollama: ollamaReader,
  'ollama-generate': generateReader,
};

/** One frame of a stream of events: its name, when it has one, and its text. */
export interface Frame {
  readonly event: string | undefined;
  readonly data: string;
}

export const framesOf = (text: string): readonly Frame[] =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n');
      const field = (name: string): string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
      return { event: field('event')[0], data: field('data').join('\n') };
    })
    .filter((frame) => frame.data !== '');

/** The lines of a stream of JSON objects. */
export const linesOf = (text: string): readonly Frame[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((data) => ({ event: undefined, data }));

/** Reads a whole answer, in the dialect of the door it came from. Gemini's list of chunks is one too. */
export const readWhole = (dialect: DialectId, body: string): ReadAnswer => {
  const draft = new AnswerDraft();
  const whole = JSON.parse(body) as Json;
  draft.error = errorOf(whole);
  const reader = readers[dialect];
  if (draft.error === undefined && isObject(whole)) reader.whole(whole, draft);
  else if (draft.error === undefined) for (const chunk of objectsIn(whole)) reader.frame(chunk, draft);
  return draft.finished();
};

/** Reads a stream of events. */
export const readStream = (dialect: DialectId, frames: readonly Frame[]): ReadAnswer => {
  const draft = new AnswerDraft();
  for (const frame of frames) {
    if (frame.data === '[DONE]') continue;
    const value = JSON.parse(frame.data) as JsonObject;
    const failed = frame.event?.endsWith('Exception') === true;
    const error = failed
      ? stringAt(value, 'message')
      : frame.event === 'error' || value['type'] === 'error' || value['error']
        ? errorOf(value)
        : undefined;
    if (error !== undefined) draft.error = error;
    else readers[dialect].frame(value, draft);
  }
  return draft.finished();
};

const errorOf = (value: Json): string | undefined => {
  const first = isArray(value) ? value[0] : value;
  if (!isObject(first)) return undefined;
  const error = first['error'];
  if (isObject(error)) return stringAt(error, 'message') ?? JSON.stringify(error);
  if (typeof error === 'string') return error;
  // Cohere's and Bedrock's error is a message alone.
  if (typeof first['message'] === 'string' && first['finish_reason'] === undefined) return first['message'];
  if (first['object'] === 'error' || first['type'] === 'error') return stringAt(first, 'message') ?? 'error';
  return undefined;
};
