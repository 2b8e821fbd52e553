import type { Block, ChatRequest, DialectId, Meta, Tool } from '../ir/index.ts';
import { isObject, type JsonObject } from '../json/json.ts';

/**
 * Members of a client's that stand in `meta`, because no other dialect has a word for them, have not arrived when another dialect's encoder has
 * written the request. Walks the request and names each, as `turns[2].blocks[0].meta.name`.
 */
export const foreignMeta = (request: ChatRequest, own: DialectId, found: (path: string) => void): void => {
  const look = (holder: { readonly meta?: Meta }, path: string): void => {
    for (const dialect in holder.meta) {
      const members = dialect === own ? undefined : holder.meta[dialect as DialectId];
      if (members !== undefined)
        for (const name of clientMembers(dialect as DialectId, members)) found(`${path}.meta.${name}`);
    }
  };
  const lookAtBlocks = (blocks: readonly Block[], path: string): void => {
    blocks.forEach((block, index) => {
      look(block, `${path}.blocks[${index}]`);
      if (block.kind === 'tool-result') lookAtBlocks(block.blocks, `${path}.blocks[${index}]`);
    });
  };
  request.turns.forEach((turn, index) => {
    look(turn, `turns[${index}]`);
    lookAtBlocks(turn.blocks, `turns[${index}]`);
  });
  request.tools?.forEach((tool, index) => {
    if (hasMeta(tool)) look(tool, `tools[${index}]`);
  });
};

const hasMeta = (tool: Tool): tool is Exclude<Tool, { kind: 'opaque' }> => tool.kind !== 'opaque';

/** Under which names of its meta a dialect keeps a client's members; an empty list: at the top. Everything else there is a note of the codec's own. */
const shelves: Readonly<Record<DialectId, readonly string[]>> = {
  'openai-chat': ['members', 'function'],
  'openai-completions': [],
  'openai-responses': ['item', 'part', 'members'],
  'anthropic-messages': [],
  gemini: ['part', 'declaration', 'extra'],
  cohere: ['members'],
  'cohere-v1': ['members'],
  voyage: [],
  jina: [],
  ollama: ['members', 'function'],
  'ollama-generate': [],
  'bedrock-converse': ['members'],
  'amazon-titan': [],
  'vertex-predict': [],
};

/** What a provider wrote into its own answer and gets back with the conversation: nobody else misses it. */
const silent: ReadonlySet<string> = new Set(['id', 'status', 'index', 'format', 'type', 'role', 'signature']);

const clientMembers = (dialect: DialectId, meta: JsonObject): readonly string[] => {
  const names = shelves[dialect];
  const held = names.length === 0 ? [meta] : names.map((name) => meta[name]).filter(isObject);
  return held.flatMap((members) => Object.keys(members)).filter((name) => !silent.has(name));
};
