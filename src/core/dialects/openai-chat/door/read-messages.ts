import type { Block, CacheMark, Role, ToolCallBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import { arrayAt, isArray, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { readAnnotation } from '../wire/annotations.ts';
import { readAudio, readImages } from '../wire/media-out.ts';
import { metaOf, readCacheMark, restOf } from '../wire/own.ts';
import { readPart } from '../wire/read-part.ts';
import { clientSeal, readThinking, thinkingMembers } from '../wire/thinking.ts';
import { readCallSeal, readToolCalls } from '../wire/tool-calls.ts';

/** Reads checked messages as turns. Results that follow each other become one tool turn. */
export const readMessages = (messages: readonly JsonObject[]): readonly Turn[] => {
  const turns: Turn[] = [];
  const functionCalls = new Map<string, string>();
  let results: ToolResultBlock[] | undefined;
  messages.forEach((message, place) => {
    const role = message['role'];
    if (role === 'tool' || role === 'function') {
      const result = readResult(message, functionCalls);
      if (results === undefined) {
        results = [];
        turns.push({ role: 'tool', blocks: results });
      }
      results.push(result);
      return;
    }
    results = undefined;
    const turn = role === 'assistant' ? readAssistant(message, place) : readPrompt(message, role as Role);
    for (const block of turn.blocks) if (isLegacyCall(block)) functionCalls.set(block.name, block.id);
    turns.push(turn);
  });
  return turns;
};

const isLegacyCall = (block: Block): block is ToolCallBlock =>
  block.kind === 'tool-call' && block.meta?.['openai-chat']?.['legacy'] === true;

const readResult = (message: JsonObject, functionCalls: ReadonlyMap<string, string>): ToolResultBlock => {
  const name = stringAt(message, 'name');
  const cache = readCacheMark(message);
  const legacy = message['role'] === 'function';
  const blocks = readText(message['content']);
  // A client that puts media here knows that its host takes it, though OpenAI does not.
  const inline = blocks.some((block) => block.kind === 'media');
  const members = restOf(message, cache === undefined ? knownResult : knownMarkedResult);
  return {
    kind: 'tool-result',
    callId: stringAt(message, 'tool_call_id') ?? functionCalls.get(name ?? '') ?? '',
    ...(name === undefined ? {} : { name }),
    blocks,
    failed: false,
    ...(cache === undefined ? {} : { cache }),
    ...metaOf({
      // The name of a result is written back only where it came from: other hosts refuse it.
      members: name === undefined || legacy ? members : { ...members, name },
      ...(legacy ? { legacy } : {}),
      ...(inline ? { inline } : {}),
    }),
  };
};

const readPrompt = (message: JsonObject, role: Role): Turn => {
  const cache = readCacheMark(message);
  return {
    role,
    blocks: marked(readText(message['content']), cache),
    ...named(message),
    ...metaOf({ members: restOf(message, cache === undefined ? knownPrompt : knownMarkedPrompt) }),
  };
};

const readAssistant = (message: JsonObject, place: number): Turn => {
  const cache = readCacheMark(message);
  const refusal = stringAt(message, 'refusal');
  const audio = readAudio(message);
  const blocks: Block[] = [
    ...readThinking(message, clientSeal),
    ...readSpoken(message),
    ...(refusal === undefined || refusal === '' ? [] : [{ kind: 'refusal', text: refusal } as const]),
    ...readImages(message),
    ...(audio === undefined ? [] : [audio]),
    ...readToolCalls(message, (call) => `call_${place}_${call}`),
  ];
  return {
    role: 'assistant',
    blocks: marked(blocks, cache),
    ...named(message),
    ...metaOf({ members: restOf(message, cache === undefined ? knownAssistant : knownMarkedAssistant) }),
  };
};

/** What the assistant said, with the citations and the signature that stand beside it. */
const readSpoken = (message: JsonObject): readonly Block[] => {
  const blocks = readText(message['content']).filter((block) => block.kind !== 'text' || block.text !== '');
  const citations = arrayAt(message, 'annotations').map((entry) => readAnnotation(entry));
  const seal = readCallSeal(message);
  const last = blocks.findLastIndex((block) => block.kind === 'text');
  if (last < 0 || (citations.length === 0 && seal === undefined)) return blocks;
  return blocks.map((block, index) =>
    index === last && block.kind === 'text'
      ? { ...block, ...(citations.length === 0 ? {} : { citations }), ...(seal === undefined ? {} : { seal }) }
      : block,
  );
};

/** Content with empty text kept: an empty prompt is still one. */
const readText = (content: Json | undefined): readonly Block[] => {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  return isArray(content) ? content.map(readPart) : [];
};

const named = (message: JsonObject): { readonly name?: string } => {
  const name = stringAt(message, 'name');
  return name === undefined ? {} : { name };
};

/** A mark on a message is one on its last block. */
const marked = (blocks: readonly Block[], cache: CacheMark | undefined): readonly Block[] =>
  cache === undefined
    ? blocks
    : blocks.map((block, index) => (index === blocks.length - 1 ? ({ ...block, cache } as Block) : block));

const prompt = ['role', 'content', 'name'];
const assistant = [
  ...prompt,
  ...thinkingMembers,
  'refusal',
  'annotations',
  'images',
  'audio',
  'tool_calls',
  'function_call',
  'extra_content',
];
const knownPrompt = new Set(prompt);
const knownMarkedPrompt = new Set([...prompt, 'cache_control']);
const knownAssistant = new Set(assistant);
const knownMarkedAssistant = new Set([...assistant, 'cache_control']);
const knownResult = new Set([...prompt, 'tool_call_id']);
const knownMarkedResult = new Set([...prompt, 'tool_call_id', 'cache_control']);
