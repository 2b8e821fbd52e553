import { isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { textTokens } from '../answer/count-tokens.ts';
import { defaultDimensions, embeddingVector } from '../answer/embedding-vector.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';
import { Members } from '../decode/members.ts';
import { present } from '../decode/present.ts';
import { refusal } from '../simulator-refusal.ts';

interface CloudEmbeddings {
  read(body: Json): SimulatedEmbeddingRequest;
  write(request: SimulatedEmbeddingRequest): JsonObject;
}

const readTitan = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('amazon-titan', body, '');
  const text = reader.string('inputText');
  const image = reader.string('inputImage');
  const malformed = (message: string) =>
    refusal('amazon-titan', { status: 400, message: `Malformed input request: ${message}` });
  if (text === undefined && image === undefined) throw malformed('#: required key [inputText] not found');
  const dimensions = reader.integer('dimensions');
  reader.boolean('normalize');
  reader.any('embeddingTypes');
  const [extraneous] = Object.keys(reader.rest());
  if (extraneous !== undefined) throw malformed(`#: extraneous key [${extraneous}] is not permitted`);
  return { model: '', inputs: [text ?? image ?? ''], batch: false, ...present({ dimensions }), rest: {} };
};

const vectorsOf = (request: SimulatedEmbeddingRequest): readonly (readonly number[])[] =>
  request.inputs.map((input) => [...embeddingVector(input, request.dimensions ?? defaultDimensions)]);

const writeTitan = (request: SimulatedEmbeddingRequest): JsonObject => {
  const [vector = []] = vectorsOf(request);
  return {
    embedding: vector,
    embeddingsByType: { float: vector },
    inputTextTokenCount: textTokens(request.inputs[0] ?? ''),
  };
};

const readPredict = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('vertex-predict', body, '');
  const instances = reader.array('instances') ?? [];
  if (instances.length === 0) throw refusal('vertex-predict', { status: 400, message: 'No instances were given.' });
  const read = instances.map((value, index) => {
    const instance = new Members('vertex-predict', value, `instances[${index}]`);
    const content = instance.string('content');
    if (content === undefined)
      throw refusal('vertex-predict', { status: 400, message: `Text content of ${instance.path} is empty.` });
    const said = present({ task: instance.string('task_type'), title: instance.string('title') });
    return { content, said, rest: instance.rest() };
  });
  const parameters = isObject(body) && body['parameters'] !== undefined ? reader.members('parameters') : undefined;
  const dimensions = parameters?.integer('outputDimensionality');
  parameters?.boolean('autoTruncate');
  return {
    model: '',
    inputs: read.map(({ content }) => content),
    batch: true,
    ...read[0]?.said,
    ...present({ dimensions }),
    rest: { ...reader.rest(), ...parameters?.rest(), ...read[0]?.rest },
  };
};

const writePredict = (request: SimulatedEmbeddingRequest): JsonObject => ({
  predictions: vectorsOf(request).map((values, at) => ({
    embeddings: { values, statistics: { token_count: textTokens(request.inputs[at] ?? ''), truncated: false } },
  })),
  metadata: { billableCharacterCount: request.inputs.join('').length },
});

/** Embeddings that clouds have in formats of their own. */
export const cloudEmbeddings: Readonly<Record<'amazon-titan' | 'vertex-predict', CloudEmbeddings>> = {
  'amazon-titan': { read: readTitan, write: writeTitan },
  'vertex-predict': { read: readPredict, write: writePredict },
};
