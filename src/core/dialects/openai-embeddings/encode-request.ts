import { unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { EmbeddingRequest } from '../../ir/index.ts';
import type { EncodedRequest } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { encodeInput, holdsForeignBlocks } from './embedding-input.ts';

/** Writes the body of `/embeddings`. Gemini's task words (`RETRIEVAL_QUERY`) and titles have no place here; hosts refuse members they do not know. */
export const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const foreign = request.inputs.findIndex(holdsForeignBlocks);
  if (foreign >= 0)
    throw unsupportedByTarget(`inputs[${foreign}]`, 'this target embeds texts, token ids and images only.');
  if (request.title !== undefined) losses.dropped('title');
  const ownTask = request.task !== undefined && !/^[A-Z_]+$/.test(request.task);
  if (request.task !== undefined && !ownTask) losses.dropped('task', 'the target has no task types');
  for (const [dialect, members] of Object.entries(request.extras ?? {})) {
    if (dialect !== 'openai-chat') for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
  }
  const inputs = request.inputs.map(encodeInput);
  return {
    body: {
      model,
      input: request.batch ? inputs : (inputs[0] ?? ''),
      ...(request.dimensions === undefined ? {} : { dimensions: request.dimensions }),
      ...(request.format === undefined ? {} : { encoding_format: request.format }),
      ...(ownTask ? { input_type: request.task } : {}),
      ...(request.user === undefined ? {} : { user: request.user }),
      ...request.extras?.['openai-chat'],
    },
    losses: losses.list,
  };
};
