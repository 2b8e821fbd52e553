import { isObject, type Json } from '../../core/json/json.ts';
import type { QueryFacts } from '../../core/routing/learned/query-facts.ts';
import { factsOfPrompt } from '../../core/routing/learned/query-facts-of.ts';

const tokensPerMedia = 800;

/** What a router reads of a conversation in the words of chat completions, or of a bare prompt. */
export const factsOfMessages = (messages: Json, tools: readonly Json[]): QueryFacts => {
  const turns = typeof messages === 'string' ? [{ role: 'user', content: messages }] : listOf(messages);
  const users = turns.filter(({ role }) => role === 'user');
  const system = turns
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(textOf)
    .join('\n');
  const facts = factsOfPrompt(textOf(users.at(-1) ?? {}));
  const media = turns.flatMap((turn) => mediaOf(turn['content']));
  const characters = turns.reduce((sum, turn) => sum + textOf(turn).length, 0);
  const toolNames = tools.flatMap((tool) => nameOf(tool));
  const others = characters - facts.textCharacters;
  const prefixTokens =
    Math.ceil(Math.max(0, others) / 4) + (tools.length === 0 ? 0 : Math.ceil(JSON.stringify(tools).length / 4));
  return {
    ...facts,
    systemCharacters: system.length,
    toolNames,
    userTurns: Math.max(1, users.length),
    media,
    inputTokens: facts.inputTokens + prefixTokens + media.length * tokensPerMedia,
    prefixTokens,
  };
};

type Turn = Readonly<Record<string, Json | undefined>>;

const listOf = (messages: Json): readonly Turn[] => (Array.isArray(messages) ? messages.filter(isObject) : []);

const textOf = ({ content }: Turn): string => {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
};

const mediaKinds: Readonly<Record<string, QueryFacts['media'][number]>> = {
  image_url: 'image',
  input_image: 'image',
  image: 'image',
  input_audio: 'audio',
  file: 'document',
};

const mediaOf = (content: Json | undefined): QueryFacts['media'] => {
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.flatMap(({ type }) => (typeof type === 'string' ? (mediaKinds[type] ?? []) : []));
};

const nameOf = (tool: Json): readonly string[] => {
  const called = isObject(tool) ? tool['function'] : undefined;
  const name = isObject(called) ? called['name'] : isObject(tool) ? tool['name'] : undefined;
  return typeof name === 'string' ? [name] : [];
};
