import type { Block, MediaBlock, Seal, ThinkingBlock, ToolCallBlock } from '../../../ir/index.ts';
import { isObject, type JsonDraft, type JsonObject, parseJson } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writeMediaData } from './media-part.ts';
import { hasMadeUpId, rememberedData, rememberedPart } from './part-meta.ts';

/** Where a block stands and how its seal is written: a door wraps foreign seals, an upstream gets its own only. */
export interface PartContext {
  readonly losses: LossLog;
  /** The block's path in the IR, for losses. */
  readonly path: string;
  /** Undefined when the seal cannot be used here. */
  seal(seal: Seal): string | undefined;
}

/** Writes a block as a part; undefined when Gemini cannot hold it. Tool results are written by `function-response.ts`. */
export const writePart = (block: Block, context: PartContext): JsonObject | undefined => {
  if (block.cache !== undefined) context.losses.dropped(`${context.path}.cache`);
  switch (block.kind) {
    case 'text':
      return { text: block.text, ...signature(block, context), ...rememberedPart(block) };
    case 'thinking':
      return writeThinking(block, context);
    case 'refusal':
      context.losses.changed(context.path, 'written as text');
      return { text: block.text };
    case 'tool-call':
      return writeFunctionCall(block, context);
    case 'media':
      return writeMedia(block, context);
    case 'opaque':
      if (block.dialect === 'gemini' && isObject(block.value)) return block.value;
      context.losses.dropped(context.path, `${block.type} is known to ${block.dialect} only`);
      return undefined;
    case 'tool-result':
      context.losses.dropped(context.path, 'a tool result stands only in a tool turn');
      return undefined;
  }
};

/** Thoughts signed for another dialect are worthless here, and hidden ones are nothing but their seal. */
const writeThinking = (block: ThinkingBlock, context: PartContext): JsonObject | undefined => {
  const written = block.seal === undefined ? undefined : context.seal(block.seal);
  if (block.seal !== undefined && written === undefined) {
    context.losses.dropped(context.path, `thoughts signed for ${block.seal.dialect}`);
    return undefined;
  }
  if (block.text === '' && written === undefined) return undefined;
  const signed = written === undefined ? {} : { thoughtSignature: written };
  return { text: block.text, thought: true, ...signed, ...rememberedPart(block) };
};

const writeFunctionCall = (block: ToolCallBlock, context: PartContext): JsonObject => {
  const data: JsonDraft = {};
  if (block.id !== '' && !hasMadeUpId(block)) data['id'] = block.id;
  data['name'] = block.name;
  data['args'] = writeArguments(block, context);
  return {
    functionCall: { ...data, ...rememberedData(block) },
    ...signature(block, context),
    ...rememberedPart(block),
  };
};

/** Gemini takes arguments as an object only. Text of a custom tool stands in `input`, text that is no JSON object (a cut call) in `_raw`. */
const writeArguments = (block: ToolCallBlock, context: PartContext): JsonObject => {
  if (block.custom === true) {
    context.losses.changed(`${context.path}.custom`, 'written as a function call with one argument, input');
    return { input: block.argumentsJson };
  }
  if (block.argumentsJson.trim() === '') return {};
  const parsed = parseJson(block.argumentsJson);
  if (isObject(parsed)) return parsed;
  // Some models write `null` for a call without arguments.
  if (parsed === null) return {};
  context.losses.changed(`${context.path}.argumentsJson`, 'not a JSON object; kept as text in _raw');
  return { _raw: block.argumentsJson };
};

const writeMedia = (block: MediaBlock, context: PartContext): JsonObject => {
  const { losses, path } = context;
  if (block.source.kind === 'text') losses.changed(path, 'a document given as text, written as a text part');
  if (block.filename !== undefined && rememberedData(block)?.['displayName'] === undefined)
    losses.dropped(`${path}.filename`);
  if (block.detail !== undefined && block.detail !== 'auto') losses.dropped(`${path}.detail`);
  for (const field of ['title', 'context', 'citable'] as const)
    if (block[field] !== undefined) losses.dropped(`${path}.${field}`);
  return { ...writeMediaData(block), ...signature(block, context), ...rememberedPart(block) };
};

const signature = (block: { readonly seal?: Seal }, context: PartContext): { readonly thoughtSignature?: string } => {
  if (block.seal === undefined) return {};
  const written = context.seal(block.seal);
  if (written !== undefined) return { thoughtSignature: written };
  context.losses.dropped(`${context.path}.seal`, `signed for ${block.seal.dialect}`);
  return {};
};
