import { GatewayError, unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { EmbeddingInput, EmbeddingRequest, EmbeddingResponse } from '../../ir/index.ts';
import { isArray, isNumber, type Json, type JsonObject, numberAt, objectAt } from '../../json/json.ts';
import { encodeError } from '../bedrock-converse/door/encode-error.ts';
import { decodeFault } from '../bedrock-converse/upstream/decode-fault.ts';
import type { Dialect, EncodedRequest } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { takenExtras } from '../openai-embeddings/taken-extras.ts';

const own = 'amazon-titan' as const;

const taken: ReadonlySet<string> = new Set(['normalize', 'embeddingTypes', 'embeddingConfig']);

/** Writes the body of Titan's embeddings (InvokeModel): one text, or one picture, or both as one thing. */
const encodeRequest = (request: EmbeddingRequest, _model: string): EncodedRequest => {
  const losses = new LossLog();
  const [input, ...others] = request.inputs;
  if (input === undefined || others.length > 0)
    throw unsupportedByTarget('inputs', 'this provider embeds one text a call. Send one text.');
  const { members } = takenExtras(request, { own, taken }, losses);
  if (request.task !== undefined) losses.dropped('task', 'the model makes one kind of vectors');
  if (request.title !== undefined) losses.dropped('title');
  if (request.user !== undefined) losses.dropped('user');
  const { dimensions } = request;
  return {
    body: { ...writeInput(input), ...(dimensions === undefined ? {} : { dimensions }), ...members },
    losses: losses.list,
  };
};

const writeInput = (input: EmbeddingInput): JsonObject => {
  if (input.kind === 'text') return { inputText: input.text };
  if (input.kind === 'tokens')
    throw unsupportedByTarget('inputs[0]', 'this provider embeds texts and pictures, not token ids.');
  const text = input.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : [])).join('\n');
  const [picture, ...others] = input.blocks.filter((block) => block.kind !== 'text');
  if (picture === undefined) return { inputText: text };
  if (others.length > 0 || picture.kind !== 'media' || picture.media !== 'image' || picture.source.kind !== 'base64')
    throw unsupportedByTarget('inputs[0]', 'this provider embeds one text and one picture as base64 data.');
  return { ...(text === '' ? {} : { inputText: text }), inputImage: picture.source.data };
};

const decodeResponse = (body: Json): EmbeddingResponse => {
  const values = objectAt({ body }, 'body')?.['embedding'];
  if (!isArray(values)) throw new GatewayError('upstream_invalid', 'The provider answered without an "embedding".');
  const inputTokens = numberAt(body, 'inputTextTokenCount');
  return {
    model: '',
    vectors: [{ kind: 'float', values: values.filter(isNumber) }],
    ...(inputTokens === undefined ? {} : { usage: { inputTokens, outputTokens: 0 } }),
  };
};

/** Amazon's Titan embeddings, asked by InvokeModel. No client speaks it by itself. */
export const amazonTitan: Dialect = {
  id: own,
  framing: 'sse',
  modelInPath: true,
  embeddings: { upstream: { encodeRequest, decodeResponse } },
  encodeError,
  decodeFault,
};
