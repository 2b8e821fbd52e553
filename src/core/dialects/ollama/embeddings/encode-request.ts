import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { EmbeddingInput, EmbeddingRequest } from '../../../ir/index.ts';
import type { EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { own } from '../wire/own.ts';

/** Writes a body for POST /api/embed. A task, a title and the user have no place here. */
export const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  for (const field of ['task', 'title', 'user'] as const) if (request[field] !== undefined) losses.dropped(field);
  for (const [dialect, members] of Object.entries(request.extras ?? {}))
    if (dialect !== own) for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
  const inputs = request.inputs.map((input, index) => textOf(input, `inputs[${index}]`));
  return {
    body: {
      model,
      input: request.batch ? inputs : (inputs[0] ?? ''),
      ...(request.dimensions === undefined ? {} : { dimensions: request.dimensions }),
      ...request.extras?.[own],
    },
    losses: losses.list,
  };
};

const textOf = (input: EmbeddingInput, path: string): string => {
  if (input.kind === 'text') return input.text;
  if (input.kind === 'tokens') throw unsupportedByTarget(path, 'this target embeds texts, not token ids.');
  const texts = input.blocks.map((block) => (block.kind === 'text' ? block.text : undefined));
  if (texts.includes(undefined)) throw unsupportedByTarget(path, 'this target embeds texts only.');
  return texts.join('\n');
};
