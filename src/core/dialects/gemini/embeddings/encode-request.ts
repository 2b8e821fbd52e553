import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { Block, EmbeddingInput, EmbeddingRequest } from '../../../ir/index.ts';
import { arrayAt, isObject, type JsonObject } from '../../../json/json.ts';
import type { EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { writePart } from '../parts/write-part.ts';
import { writeSettings } from './embedding-settings.ts';

/** Writes an `embedContent` body, or for a batch a `batchEmbedContents` body. */
export const encodeRequest = (request: EmbeddingRequest, model: string): EncodedRequest => {
  const losses = new LossLog();
  const { members, other } = writeSettings(request);
  if (other !== undefined) losses.dropped('task', 'the target has no such task');
  if (request.user !== undefined) losses.dropped('user');
  for (const [dialect, foreign] of Object.entries(request.extras ?? {}))
    if (dialect !== 'gemini') for (const name of Object.keys(foreign)) losses.dropped(`extras.${name}`);
  const name = `models/${model}`;
  const contents = request.inputs.map((input, index) => ({ parts: writeParts(input, `inputs[${index}]`, losses) }));
  const { requests: own, ...extras } = request.extras?.gemini ?? {};
  if (!request.batch)
    return { body: { model: name, content: contents[0] ?? { parts: [] }, ...members, ...extras }, losses: losses.list };
  const differing = arrayAt({ requests: own }, 'requests');
  const requests = contents.map((content, index): JsonObject => {
    const settings = differing[index];
    return { model: name, content, ...members, ...(isObject(settings) ? writeOwn(settings) : {}) };
  });
  return { body: { requests, ...extras }, losses: losses.list };
};

/** Settings one request of a batch has for itself, as the door left them. */
const writeOwn = ({ dimensions, task, title, ...rest }: JsonObject): JsonObject => ({
  ...writeSettings({
    ...(typeof dimensions === 'number' ? { dimensions } : {}),
    ...(typeof task === 'string' ? { task } : {}),
    ...(typeof title === 'string' ? { title } : {}),
  }).members,
  ...rest,
});

const writeParts = (input: EmbeddingInput, path: string, losses: LossLog): readonly JsonObject[] => {
  switch (input.kind) {
    case 'text':
      return [{ text: input.text }];
    case 'tokens':
      throw unsupportedByTarget(path, 'this target embeds text, not token ids; send the text itself.');
    case 'blocks':
      return input.blocks.map((block, index) => writeBlock(block, `${path}.blocks[${index}]`, losses));
  }
};

const writeBlock = (block: Block, path: string, losses: LossLog): JsonObject => {
  const part = writePart(block, { losses, path, seal: () => undefined });
  if (part !== undefined) return part;
  throw unsupportedByTarget(path, 'this target cannot embed such content.');
};
