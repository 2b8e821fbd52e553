import type { Block, ToolCallBlock } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { writeArguments } from '../wire/tool-arguments.ts';

interface Parts {
  content: string;
  thinking: string;
  readonly images: string[];
  readonly calls: JsonObject[];
}

/** Writes the blocks of an answer as one message: thoughts, text, pictures and calls have a member each. */
export const answerMessage = (blocks: readonly Block[], path: string, losses: LossLog): JsonObject => {
  const parts: Parts = { content: '', thinking: '', images: [], calls: [] };
  blocks.forEach((block, index) => {
    addBlock(parts, block, { path: `${path}.blocks[${index}]`, losses });
  });
  const draft: JsonDraft = { role: 'assistant', content: parts.content };
  if (parts.thinking !== '') draft['thinking'] = parts.thinking;
  if (parts.images.length > 0) draft['images'] = parts.images;
  if (parts.calls.length > 0) draft['tool_calls'] = parts.calls;
  return draft;
};

const addBlock = (parts: Parts, block: Block, at: { readonly path: string; readonly losses: LossLog }): void => {
  const { path, losses } = at;
  if ('seal' in block && block.seal !== undefined) losses.dropped(`${path}.seal`, 'this format carries no signatures');
  switch (block.kind) {
    case 'text':
      if (block.citations !== undefined) losses.dropped(`${path}.citations`);
      parts.content += block.text;
      return;
    case 'refusal':
      losses.changed(path, 'written as text');
      parts.content += block.text;
      return;
    case 'thinking':
      parts.thinking += block.text;
      return;
    case 'tool-call':
      parts.calls.push(writeCall(block, { index: parts.calls.length, path, losses }));
      return;
    case 'media':
      if (block.media === 'image' && block.source.kind === 'base64') parts.images.push(block.source.data);
      else losses.dropped(path, `${block.media} cannot be shown`);
      return;
    case 'opaque':
      losses.dropped(path, `${block.type} is known to ${block.dialect} only`);
      return;
    case 'tool-result':
      losses.dropped(path);
      return;
  }
};

/** A call as an answer shows it. `index` counts the calls of the answer. */
export const writeCall = (
  block: ToolCallBlock,
  at: { readonly index: number; readonly path: string; readonly losses: LossLog },
): JsonObject => ({
  ...(block.id === '' ? {} : { id: block.id }),
  function: { index: at.index, name: block.name, arguments: writeArguments(block, at.path, at.losses) },
});
