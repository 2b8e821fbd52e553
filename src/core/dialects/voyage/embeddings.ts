import { unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { EmbeddingRequest } from '../../ir/index.ts';
import type { EmbeddingUpstream, EncodedRequest } from '../dialect.ts';
import { embeddingPurpose } from '../embedding-purpose.ts';
import { LossLog } from '../loss-log.ts';
import { encodeInput } from '../openai-embeddings/embedding-input.ts';
import { openaiEmbeddings } from '../openai-embeddings/index.ts';
import { takenExtras } from '../openai-embeddings/taken-extras.ts';

const own = 'voyage' as const;

const taken: ReadonlySet<string> = new Set(['truncation', 'output_dtype', 'output_dimension']);

/** Writes the body of POST /v1/embeddings in Voyage's words: `output_dimension`, `output_dtype`, and no format but base64. */
const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const inputs = request.inputs.map((input, at) => {
    const text = input.kind === 'tokens' ? undefined : encodeInput(input);
    if (typeof text === 'string') return text;
    throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds texts here.');
  });
  if (request.title !== undefined) losses.dropped('title');
  if (request.user !== undefined) losses.dropped('user');
  const inputType = readInputType(request, losses);
  const { members, otherFormat } = takenExtras(request, { own, taken }, losses);
  const { dimensions, format } = request;
  return {
    body: {
      model,
      input: request.batch ? inputs : (inputs[0] ?? ''),
      ...(inputType === undefined ? {} : { input_type: inputType }),
      ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
      ...(otherFormat === undefined ? {} : { output_dtype: otherFormat }),
      ...(format === 'base64' ? { encoding_format: 'base64' } : {}),
      ...members,
    },
    losses: losses.list,
  };
};

/** The wire knows queries and documents. */
const readInputType = ({ task }: EmbeddingRequest, losses: LossLog): string | undefined => {
  if (task === undefined) return undefined;
  const purpose = embeddingPurpose(task);
  if (purpose === 'query' || purpose === 'document') return purpose;
  losses.dropped('task', 'the provider knows query and document');
  return undefined;
};

export const voyageEmbeddings: EmbeddingUpstream = {
  encodeRequest,
  decodeResponse: (body, request) => openaiEmbeddings.upstream.decodeResponse(body, request),
};
