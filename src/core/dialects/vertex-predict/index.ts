import { GatewayError, unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { EmbeddingInput, EmbeddingRequest, EmbeddingResponse } from '../../ir/index.ts';
import { arrayAt, isArray, isNumber, type Json, numberAt, objectAt } from '../../json/json.ts';
import type { Dialect, EncodedRequest } from '../dialect.ts';
import { type EmbeddingPurpose, embeddingPurpose } from '../embedding-purpose.ts';
import { gemini } from '../gemini/index.ts';
import { LossLog } from '../loss-log.ts';
import { encodeInput } from '../openai-embeddings/embedding-input.ts';
import { takenExtras } from '../openai-embeddings/taken-extras.ts';

const own = 'vertex-predict' as const;

const tasks: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
};

const taken: ReadonlySet<string> = new Set(['autoTruncate']);

/** Writes the body of Vertex's `:predict` for embeddings: an instance for each text, settings in `parameters`. */
const encodeRequest = (request: EmbeddingRequest, _model: string): EncodedRequest => {
  const losses = new LossLog();
  const { task, title, dimensions } = request;
  if (request.user !== undefined) losses.dropped('user');
  const { members } = takenExtras(request, { own, taken }, losses);
  const about = {
    ...(task === undefined ? {} : { task_type: taskOf(task) }),
    ...(title === undefined ? {} : { title }),
  };
  const parameters = { ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }), ...members };
  return {
    body: {
      instances: request.inputs.map((input, at) => ({ content: textOf(input, at), ...about })),
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    },
    losses: losses.list,
  };
};

/** The wire's own word where it is one (`QUESTION_ANSWERING`), else the one for the same purpose. */
const taskOf = (task: string): string => {
  const purpose = embeddingPurpose(task);
  return purpose === undefined || task === task.toUpperCase() ? task : tasks[purpose];
};

const textOf = (input: EmbeddingInput, at: number): string => {
  const text = input.kind === 'tokens' ? undefined : encodeInput(input);
  if (typeof text === 'string') return text;
  throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds texts here.');
};

const decodeResponse = (body: Json): EmbeddingResponse => {
  const predictions = arrayAt(body, 'predictions').map((prediction) => objectAt(prediction, 'embeddings'));
  if (predictions.length === 0)
    throw new GatewayError('upstream_invalid', 'The provider answered without "predictions".');
  const counts = predictions.map((found) => numberAt(objectAt(found, 'statistics'), 'token_count')).filter(isNumber);
  const inputTokens = counts.reduce((sum, count) => sum + count, 0);
  return {
    model: '',
    vectors: predictions.map((found, at) => {
      const values = found?.['values'];
      if (isArray(values)) return { kind: 'float', values: values.filter(isNumber) };
      throw new GatewayError('upstream_invalid', `The provider answered without a vector in predictions[${at}].`);
    }),
    ...(counts.length === 0 ? {} : { usage: { inputTokens, outputTokens: 0 } }),
  };
};

/** Embeddings of Vertex's older models, asked by `:predict`. No client speaks it by itself. */
export const vertexPredict: Dialect = {
  id: own,
  framing: 'sse',
  modelInPath: true,
  embeddings: { upstream: { encodeRequest, decodeResponse } },
  encodeError: gemini.encodeError,
  decodeFault: gemini.decodeFault,
};
