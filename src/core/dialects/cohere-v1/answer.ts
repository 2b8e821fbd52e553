import type { Citation, StopReason, TextBlock, ToolCallBlock, Usage } from '../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, stringAt } from '../../json/json.ts';
import { readCitation } from '../cohere/wire/citations.ts';
import { readStop as readNewer } from '../cohere/wire/stop-reason.ts';
import { readUsage as readCounts } from '../cohere/wire/usage.ts';
import { own } from './own.ts';
import { readCall } from './tool-calls.ts';

/** An answer with calls is complete, in the wire's words. */
export const readStop = (word: string, calls: boolean): StopReason => {
  const stop = readNewer(word);
  return stop === 'stop' && calls ? 'tool-calls' : stop;
};

/** Counts stand in `meta`, in the newer interface's shape. */
export const readUsage = (meta: Json | undefined): Usage | undefined => {
  const usage = readCounts(meta);
  return usage === undefined || meta === undefined ? undefined : { ...usage, wire: { dialect: own, value: meta } };
};

export const readCalls = (answer: JsonObject, answerId: string): readonly ToolCallBlock[] =>
  arrayAt(answer, 'tool_calls')
    .filter(isObject)
    .map((call, place) => readCall(call, callId(answerId, place)));

/** Calls have no ids on this wire: theirs are made of the answer's, so that no two calls of a conversation share one. */
export const callId = (answerId: string, place: number): string =>
  `call_${answerId.replace(/[^A-Za-z0-9]/g, '').slice(0, 24)}_${place}`;

export const idOf = (answer: Json): string =>
  stringAt(answer, 'generation_id') ?? stringAt(answer, 'response_id') ?? '';

/** Documents an answer cites, by their ids. */
export type CitedDocuments = ReadonlyMap<string, JsonObject>;

export const readDocuments = (answer: JsonObject): CitedDocuments =>
  new Map(
    arrayAt(answer, 'documents').flatMap((document) => {
      const id = stringAt(document, 'id');
      return id === undefined || !isObject(document) ? [] : [[id, document]];
    }),
  );

/** Reads one citation of `text`, by way of the newer interface's shape: there each source holds its document. */
export const readCited = (value: JsonObject, text: string, documents: CitedDocuments): readonly Citation[] => {
  const sources = arrayAt(value, 'document_ids').flatMap((id) => {
    if (typeof id !== 'string') return [];
    const document = documents.get(id);
    return [
      { type: 'document', id: id.replace(/^doc_(?=\d+$)/, 'doc:'), ...(document === undefined ? {} : { document }) },
    ];
  });
  const { start, end } = value;
  return readCitation({ start, end, sources } as JsonObject, text).map((citation) => ({
    ...citation,
    wire: { dialect: own, value },
  }));
};

export const textBlock = (answer: JsonObject, documents: CitedDocuments): readonly TextBlock[] => {
  const text = stringAt(answer, 'text') ?? '';
  if (text === '') return [];
  const citations = arrayAt(answer, 'citations')
    .filter(isObject)
    .flatMap((citation) => readCited(citation, text, documents));
  return [{ kind: 'text', text, ...(citations.length === 0 ? {} : { citations }) }];
};

/** Members of an answer with a place of their own; `chat_history` repeats the request and the answer. */
export const knownAnswer: ReadonlySet<string> = new Set([
  'text',
  'generation_id',
  'chat_history',
  'finish_reason',
  'tool_calls',
  'citations',
  'meta',
]);
