import { unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { Block, EmbeddingInput, EmbeddingRequest } from '../../ir/index.ts';
import type { Json } from '../../json/json.ts';
import type { EmbeddingUpstream, EncodedRequest } from '../dialect.ts';
import { type EmbeddingPurpose, embeddingPurpose } from '../embedding-purpose.ts';
import { LossLog } from '../loss-log.ts';
import { encodeInput } from '../openai-embeddings/embedding-input.ts';
import { openaiEmbeddings } from '../openai-embeddings/index.ts';
import { takenExtras } from '../openai-embeddings/taken-extras.ts';

const own = 'jina' as const;

const taken: ReadonlySet<string> = new Set(['task', 'embedding_type', 'late_chunking', 'normalized', 'truncate']);

const tasks: Readonly<Record<EmbeddingPurpose, string>> = {
  query: 'retrieval.query',
  document: 'retrieval.passage',
  classification: 'classification',
  clustering: 'separation',
  similarity: 'text-matching',
};

/** Writes the body of POST /v1/embeddings in Jina's words: `task`, `embedding_type`, pictures as `{image}`. */
const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const { dimensions, format, task } = request;
  if (request.title !== undefined) losses.dropped('title');
  if (request.user !== undefined) losses.dropped('user');
  const purpose = task === undefined ? undefined : embeddingPurpose(task);
  const { members, otherFormat } = takenExtras(request, { own, taken }, losses);
  const type = otherFormat ?? format;
  return {
    body: {
      model,
      input: request.inputs.map(writeInput),
      ...(task === undefined ? {} : { task: purpose === undefined ? task : tasks[purpose] }),
      ...(dimensions === undefined ? {} : { dimensions }),
      ...(type === undefined ? {} : { embedding_type: type }),
      ...members,
    },
    losses: losses.list,
  };
};

const writeInput = (input: EmbeddingInput, at: number): Json => {
  if (input.kind === 'tokens')
    throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds texts and images, not token ids.');
  const written = encodeInput(input);
  if (typeof written === 'string') return written;
  const image = input.kind === 'blocks' && input.blocks.length === 1 ? imageOf(input.blocks[0]) : undefined;
  if (image === undefined)
    throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds one text or one image each.');
  return { image };
};

const imageOf = (block: Block | undefined): string | undefined => {
  if (block?.kind !== 'media' || block.media !== 'image') return undefined;
  if (block.source.kind === 'url') return block.source.url;
  return block.source.kind === 'base64' ? block.source.data : undefined;
};

export const jinaEmbeddings: EmbeddingUpstream = {
  encodeRequest,
  decodeResponse: (body, request) => openaiEmbeddings.upstream.decodeResponse(body, request),
};
