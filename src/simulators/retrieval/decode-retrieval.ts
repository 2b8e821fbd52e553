import { isArray, isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';
import { Members } from '../decode/members.ts';
import { present } from '../decode/present.ts';
import { refusal } from '../simulator-refusal.ts';

type RetrievalDialect = 'cohere' | 'voyage' | 'jina';

const refuse = (dialect: RetrievalDialect, message: string) => refusal(dialect, { status: 400, message });

const requireModel = (reader: Members, dialect: RetrievalDialect): string => {
  const model = reader.string('model');
  if (model === undefined || model === '') throw refuse(dialect, 'model: required');
  return model;
};

const oneOf = (reader: Members, name: string, words: readonly string[]): string | undefined => {
  const word = reader.string(name);
  if (word === undefined || words.includes(word)) return word;
  throw refuse(reader.dialect as RetrievalDialect, `${name}: must be one of ${words.join(', ')}`);
};

const vectorTypes = ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'];

/** Reads a /v2/embed request as its reference describes it. */
export const decodeCohereEmbeddings = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('cohere', body, '');
  const model = requireModel(reader, 'cohere');
  const task = oneOf(reader, 'input_type', [
    'search_document',
    'search_query',
    'classification',
    'clustering',
    'image',
  ]);
  if (task === undefined) throw refuse('cohere', 'valid input_type must be provided with the provided model');
  const types = reader.strings('embedding_types') ?? ['float'];
  const unknown = types.find((type) => !vectorTypes.includes(type));
  if (unknown !== undefined) throw refuse('cohere', `embedding_types: '${unknown}' is not a type`);
  const inputs = [
    ...(reader.strings('texts') ?? []),
    ...(reader.strings('images') ?? []),
    ...(reader.array('inputs') ?? []).map((input) => JSON.stringify(input)),
  ];
  if (inputs.length === 0) throw refuse('cohere', 'at least one text, image or input is required');
  if (inputs.length > 96) throw refuse('cohere', 'at most 96 inputs are allowed');
  oneOf(reader, 'truncate', ['NONE', 'START', 'END']);
  reader.skip('max_tokens', 'priority');
  const said = present({ dimensions: reader.integer('output_dimension'), format: types.join(',') });
  return { model, inputs, batch: true, task, ...said, rest: reader.rest() };
};

/** Reads Voyage's embeddings request. */
export const decodeVoyageEmbeddings = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('voyage', body, '');
  const model = requireModel(reader, 'voyage');
  const inputs = textsOf(reader, 'voyage');
  const format = oneOf(reader, 'encoding_format', ['base64']);
  oneOf(reader, 'output_dtype', ['float', 'int8', 'uint8', 'binary', 'ubinary']);
  reader.skip('truncation');
  const said = present({
    dimensions: reader.integer('output_dimension'),
    format,
    task: oneOf(reader, 'input_type', ['query', 'document']),
  });
  const rest = reader.rest();
  const [first] = Object.keys(rest);
  if (first !== undefined) throw refuse('voyage', `Argument '${first}' is not supported by our API.`);
  return { model, inputs, batch: true, ...said, rest };
};

const jinaTasks = [
  'retrieval.query',
  'retrieval.passage',
  'text-matching',
  'classification',
  'separation',
  'code.query',
];

/** Reads Jina's embeddings request. */
export const decodeJinaEmbeddings = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('jina', body, '');
  const model = requireModel(reader, 'jina');
  const inputs = textsOf(reader, 'jina');
  const said = present({
    dimensions: reader.integer('dimensions'),
    format: oneOf(reader, 'embedding_type', ['float', 'base64', 'binary', 'ubinary']),
    task: oneOf(reader, 'task', jinaTasks),
  });
  reader.skip('late_chunking', 'normalized', 'truncate');
  return { model, inputs, batch: true, ...said, rest: reader.rest() };
};

const textsOf = (reader: Members, dialect: RetrievalDialect): readonly string[] => {
  const input = reader.any('input');
  if (typeof input === 'string' && input !== '') return [input];
  const list = isArray(input) ? input : [];
  const texts = list.flatMap((item) =>
    typeof item === 'string' ? [item] : dialect === 'jina' && isObject(item) ? [JSON.stringify(item)] : [],
  );
  if (texts.length > 0 && texts.length === list.length) return texts;
  throw refuse(dialect, 'input: must be a text or a list of texts');
};

/** What a rerank request means. Objects stand as their JSON text. */
export interface SimulatedRerankRequest {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly string[];
  readonly topN?: number;
  readonly returnDocuments?: boolean;
  readonly maxTokensPerDocument?: number;
  readonly rest: JsonObject;
}

/** Reads a rerank request. Cohere and Voyage take texts alone. */
export const decodeRerank = (dialect: RetrievalDialect, body: Json): SimulatedRerankRequest => {
  const reader = new Members(dialect, body, '');
  const model = requireModel(reader, dialect);
  const query = wordsOf(reader.any('query'), dialect);
  const list = reader.array('documents') ?? [];
  if (list.length === 0) throw refuse(dialect, 'documents: at least one document is required');
  const documents = list.map((document) => wordsOf(document, dialect));
  const topN = reader.integer(dialect === 'voyage' ? 'top_k' : 'top_n');
  const said = present({
    topN,
    returnDocuments: dialect === 'cohere' ? undefined : reader.boolean('return_documents'),
    maxTokensPerDocument: dialect === 'cohere' ? reader.integer('max_tokens_per_doc') : undefined,
  });
  if (dialect === 'voyage') reader.skip('truncation');
  return { model, query, documents, ...said, rest: reader.rest() };
};

const wordsOf = (value: Json | undefined, dialect: RetrievalDialect): string => {
  if (typeof value === 'string') return value;
  if (dialect === 'jina' && isObject(value)) return JSON.stringify(value);
  throw refuse(dialect, 'query and documents must be texts');
};
