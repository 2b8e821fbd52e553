import { invalidField, unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { Block, EmbeddingInput, EmbeddingRequest } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import { writeDataUrl } from '../../data-url.ts';
import { readArray } from '../../openai-chat/wire/read-member.ts';
import { readPart } from '../wire/read-part.ts';

/** Reads `texts`, `images` and `inputs`, in this order; a request has one of them. */
export const readInputs = (body: JsonObject): readonly EmbeddingInput[] => {
  const texts = readArray(body, 'texts') ?? [];
  const images = readArray(body, 'images') ?? [];
  const inputs = readArray(body, 'inputs') ?? [];
  const read = [...texts.map(readText), ...images.map(readImage), ...inputs.map(readInput)];
  if (read.length === 0) throw invalidField('texts', 'is missing; send "texts", "images" or "inputs".');
  return read;
};

const readText = (text: Json, at: number): EmbeddingInput => {
  if (typeof text !== 'string') throw wrongType(`texts[${at}]`, 'a string', text);
  return { kind: 'text', text };
};

const readImage = (url: Json, at: number): EmbeddingInput => {
  if (typeof url !== 'string') throw wrongType(`images[${at}]`, 'a data URL', url);
  return { kind: 'blocks', blocks: [readPart({ type: 'image_url', image_url: { url } })] };
};

const readInput = (input: Json, at: number): EmbeddingInput => {
  if (!isObject(input) || !Array.isArray(input['content']))
    throw wrongType(`inputs[${at}]`, 'an object with a list "content"', input);
  const blocks = arrayAt(input, 'content').map(readPart);
  const [only] = blocks;
  return blocks.length === 1 && only?.kind === 'text' ? { kind: 'text', text: only.text } : { kind: 'blocks', blocks };
};

/** Writes the inputs: `texts` when all are, `images` when each is one picture, else `inputs`. */
export const writeInputs = (request: EmbeddingRequest): JsonObject => {
  const inputs = request.inputs.map(asBlocks);
  if (inputs.every((blocks) => blocks.every((block) => block.kind === 'text')))
    return {
      texts: inputs.map((blocks) => blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('\n')),
    };
  const images = inputs.map((blocks) => (blocks.length === 1 ? (imageUrl(blocks[0]) ?? '') : ''));
  const pictures = images.filter((url) => url.startsWith('data:'));
  if (pictures.length === images.length) return { images: pictures };
  return { inputs: inputs.map((blocks, at) => ({ content: blocks.map((block) => writePart(block, at)) })) };
};

const asBlocks = (input: EmbeddingInput, at: number): readonly Block[] => {
  if (input.kind === 'tokens')
    throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds texts and images, not token ids.');
  return input.kind === 'text' ? [{ kind: 'text', text: input.text }] : input.blocks;
};

const imageUrl = (block: Block | undefined): string | undefined => {
  if (block?.kind !== 'media' || block.media !== 'image') return undefined;
  const { source } = block;
  if (source.kind === 'url') return source.url;
  return source.kind === 'base64' ? writeDataUrl(block.mimeType ?? 'image/png', source.data) : undefined;
};

const writePart = (block: Block, at: number): JsonObject => {
  if (block.kind === 'text') return { type: 'text', text: block.text };
  const url = imageUrl(block);
  if (url === undefined) throw unsupportedByTarget(`inputs[${at}]`, 'this provider embeds texts and images only.');
  return { type: 'image_url', image_url: { url } };
};
