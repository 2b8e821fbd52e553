import { isArray, isObject, type Json, type JsonObject, stringAt } from '../../core/json/json.ts';
import type { MediaSource, SimulatedPart } from '../simulated-request.ts';
import { refusal } from '../simulator-refusal.ts';
import { cacheMark } from './cache-mark.ts';
import type { Conversation } from './conversation.ts';
import { Members } from './members.ts';
import { present } from './present.ts';
import { resultParts } from './tool-result-parts.ts';

const refuse = (message: string) => refusal('anthropic-messages', { status: 400, message });

interface Into {
  readonly conversation: Conversation;
  readonly leftovers: { add(rest: JsonObject): void };
}

/** Adds one message to the conversation. */
export const anthropicMessage = (
  at: { readonly message: Members; readonly last: boolean },
  conversation: Conversation,
  leftovers: { add(rest: JsonObject): void },
): void => {
  const role = at.message.string('role');
  if (role === undefined) throw refuse(`${at.message.at('role')}: Field required`);
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw refuse(`${at.message.at('role')}: Input should be 'user' or 'assistant'`);
  }
  const parts = messageParts(at.message, { conversation, leftovers });
  leftovers.add(at.message.rest());
  if (parts.length === 0 && !(at.last && role === 'assistant')) {
    throw refuse(
      `${at.message.path}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  if (role === 'user' && parts.some((part) => part.kind === 'text' && part.text.trim() === '')) {
    throw refuse('messages: text content blocks must contain non-whitespace text');
  }
  const closing = parts.at(-1);
  if (at.last && role === 'assistant' && closing?.kind === 'text' && closing.text !== closing.text.trimEnd()) {
    throw refuse('messages: final assistant content cannot end with trailing whitespace');
  }
  if (role === 'system') addSystem(parts, conversation);
  else conversation.add(role, parts);
};

const addSystem = (parts: readonly SimulatedPart[], conversation: Conversation): void => {
  const others = parts.filter((part) => part.kind !== 'text');
  for (const part of parts) if (part.kind === 'text') conversation.addSystem(part.text, part.cache);
  if (others.length > 0) conversation.add('user', others);
};

const messageParts = (message: Members, into: Into): readonly SimulatedPart[] => {
  const content = message.any('content');
  if (content === undefined) throw refuse(`${message.at('content')}: Field required`);
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (!isArray(content)) throw refuse(`${message.at('content')}: Input should be a valid list`);
  return content.map((value, index) =>
    blockPart(new Members(message.dialect, value, `${message.at('content')}.${index}`), value, into),
  );
};

type BlockReader = (block: Members, into: Into) => SimulatedPart;

const text: BlockReader = (block) => {
  const written = block.string('text');
  if (written === undefined) throw refuse(`${block.path}.text.text: Field required`);
  if (written === '') throw refuse('messages: text content blocks must be non-empty');
  block.skip('citations');
  return { kind: 'text', text: written };
};

const mediaSource = (block: Members, kind: string): { readonly mimeType?: string; readonly source: MediaSource } => {
  const source = block.members('source');
  if (source === undefined) throw refuse(`${block.path}.${kind}.source: Field required`);
  const mimeType = source.string('media_type');
  const type = source.string('type');
  if (type === 'url') return { source: { kind: 'url', url: source.string('url') ?? '' } };
  if (type === 'file') return { source: { kind: 'file', id: source.string('file_id') ?? '' } };
  if (type === 'text')
    return { mimeType: mimeType ?? 'text/plain', source: { kind: 'text', text: source.string('data') ?? '' } };
  if (type === 'base64')
    return { ...present({ mimeType }), source: { kind: 'base64', data: source.string('data') ?? '' } };
  throw refuse(
    `${block.path}.${kind}.source: Input tag '${type ?? ''}' found using 'type' does not match any of the expected tags: 'base64', 'url', 'file'`,
  );
};

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

const image: BlockReader = (block) => {
  const found = mediaSource(block, 'image');
  if (found.source.kind === 'base64' && !imageTypes.has(found.mimeType ?? '')) {
    throw refuse(
      `${block.path}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
  }
  return { kind: 'image', ...found };
};

/** A document made of content blocks stays whole: no other wire has one. */
const document: BlockReader = (block) => {
  const source = block.any('source');
  if (stringAt(source, 'type') === 'content') return { kind: 'other', type: 'document', value: source ?? null };
  return { kind: 'document', ...mediaSource(block, 'document'), ...present({ filename: block.string('title') }) };
};

const thinking: BlockReader = (block) => {
  const written = block.string('thinking');
  const signature = block.string('signature');
  if (written === undefined) throw refuse(`${block.path}.thinking.thinking: Field required`);
  if (signature === undefined) throw refuse(`${block.path}.thinking.signature: Field required`);
  return { kind: 'thinking', text: written, ...(signature === '' ? {} : { signature }) };
};

const redacted: BlockReader = (block) => ({
  kind: 'thinking',
  text: '',
  ...present({ signature: block.string('data') }),
});

const idPattern = /^[a-zA-Z0-9_-]+$/;

const toolUse: BlockReader = (block, into) => {
  const id = block.string('id');
  const name = block.string('name');
  const input = block.any('input');
  block.skip('caller');
  if (id === undefined) throw refuse(`${block.path}.tool_use.id: Field required`);
  if (!idPattern.test(id)) throw refuse(`${block.path}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  if (name === undefined) throw refuse(`${block.path}.tool_use.name: Field required`);
  if (input === undefined) throw refuse(`${block.path}.tool_use.input: Field required`);
  if (!isObject(input)) throw refuse(`${block.path}.tool_use.input: Input should be a valid dictionary`);
  return { kind: 'tool-call', id, call: into.conversation.openCall(id, name), name, arguments: input };
};

const toolResult: BlockReader = (block, into) => {
  const id = block.string('tool_use_id');
  if (id === undefined) throw refuse(`${block.path}.tool_result.tool_use_id: Field required`);
  const call = into.conversation.answerCall(id);
  const content = block.any('content');
  const failed = block.boolean('is_error') ?? false;
  const pieces = isArray(content)
    ? content.map((value, index) =>
        blockPart(new Members(block.dialect, value, `${block.at('content')}.${index}`), value, into),
      )
    : [{ kind: 'text' as const, text: typeof content === 'string' ? content : '' }];
  return { kind: 'tool-result', id, call, parts: resultParts(pieces), failed };
};

const readers: Readonly<Record<string, BlockReader>> = {
  text,
  image,
  document,
  thinking,
  redacted_thinking: redacted,
  tool_use: toolUse,
  tool_result: toolResult,
};

const blockPart = (block: Members, value: Json, into: Into): SimulatedPart => {
  const type = block.string('type');
  if (type === undefined) throw refuse(`${block.path}.type: Field required`);
  const cache = cacheMark(block.any('cache_control'));
  const reader = readers[type];
  if (reader === undefined) return { kind: 'other', type, value };
  const part = reader(block, into);
  if (part.kind !== 'other') into.leftovers.add(block.rest());
  return { ...part, ...present({ cache }) };
};

const blocksOf = (message: Json | undefined, type: string): readonly JsonObject[] => {
  const content = isObject(message) ? message['content'] : undefined;
  return (isArray(content) ? content : []).filter(
    (block): block is JsonObject => isObject(block) && block['type'] === type,
  );
};

/** Calls must be answered by the very next message, and results must answer calls of the message before. */
export const checkOrder = (messages: readonly Json[]): void => {
  const turns = joined(messages);
  turns.forEach((turn, index) => {
    const before = new Set(blocksOf(turns[index - 1], 'tool_use').map((block) => block['id']));
    blocksOf(turn, 'tool_result').forEach((block, position) => {
      if (before.has(block['tool_use_id'])) return;
      throw refuse(
        `messages.${index}.content.${position}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(block['tool_use_id'])}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    });
    if (index === turns.length - 1) return;
    const answered = new Set(blocksOf(turns[index + 1], 'tool_result').map((block) => block['tool_use_id']));
    const open = blocksOf(turn, 'tool_use').filter((block) => !answered.has(block['id']));
    if (open.length === 0) return;
    const ids = open.map((block) => String(block['id'])).join(', ');
    throw refuse(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  });
};

/** Messages of one role that follow each other count as one; prompts in the middle do not part a call from its result. */
const joined = (messages: readonly Json[]): readonly JsonObject[] => {
  const turns: { role: string; content: Json[] }[] = [];
  for (const message of messages) {
    const role = stringAt(message, 'role') ?? '';
    if (role === 'system') continue;
    const content = isObject(message) && isArray(message['content']) ? message['content'] : [];
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content: [...content] });
  }
  return turns;
};
