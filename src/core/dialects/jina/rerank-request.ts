import { GatewayError, invalidField } from '../../errors/gateway-error.ts';
import type { DialectId, RerankRequest, RerankText } from '../../ir/index.ts';
import { isObject, type Json, type JsonDraft } from '../../json/json.ts';
import { wrongType } from '../checked/site.ts';
import type { DoorHints } from '../dialect.ts';
import { readArray, readBody, readBoolean, readNumber, readString } from '../openai-chat/wire/read-member.ts';

/** Reads the body of a rerank call. Jina, Cohere and the hosts that follow them write it alike; `own` keeps the members they do not share. */
export const readRerankRequest = (json: Json, hints: DoorHints, own: DialectId): RerankRequest => {
  const body = readBody(json);
  const model = readString(body, 'model') ?? hints.model;
  if (model === undefined || model === '')
    throw new GatewayError('missing_model', 'model: name the rerank model, such as "provider/model".', {
      param: 'model',
    });
  const documents = readArray(body, 'documents');
  if (documents === undefined) throw wrongType('documents', 'an array of texts or objects', body['documents']);
  if (documents.length === 0) throw invalidField('documents', 'is empty; send at least one document.');
  const topN = readNumber(body, 'top_n');
  const returnDocuments = readBoolean(body, 'return_documents');
  const maxTokensPerDocument = readNumber(body, 'max_tokens_per_doc');
  const extras: JsonDraft = {};
  for (const [name, value] of Object.entries(body)) if (!known.has(name) && value !== null) extras[name] = value;
  return {
    model,
    query: readText(body['query'], 'query'),
    documents: documents.map((document, at) => readText(document, `documents[${at}]`)),
    ...(topN === undefined ? {} : { topN }),
    ...(returnDocuments === undefined ? {} : { returnDocuments }),
    ...(maxTokensPerDocument === undefined ? {} : { maxTokensPerDocument }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { [own]: extras } }),
  };
};

const known = new Set(['model', 'query', 'documents', 'top_n', 'return_documents', 'max_tokens_per_doc', '__proto__']);

const readText = (value: Json | undefined, path: string): RerankText => {
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (isObject(value)) return { kind: 'object', value };
  throw wrongType(path, 'a string or an object', value);
};

/** The one text of a query or document; undefined when it is an object with other members too. */
export const plainText = (text: RerankText): string | undefined => {
  if (text.kind === 'text') return text.text;
  const { text: only, ...others } = text.value;
  return typeof only === 'string' && Object.keys(others).length === 0 ? only : undefined;
};

/** A document's fields as lines `name: value`, as models that take texts alone read them. */
export const fieldLines = (text: RerankText): string =>
  plainText(text) ??
  (text.kind === 'text'
    ? text.text
    : Object.entries(text.value)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('\n'));
