import type { Edit } from '../../json/edit.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../json/json.ts';
import { assistantsIn, messagesIn, ofChat, type PlacedMessage } from './quirk.ts';

/** Hosts older than the `developer` role refuse it. */
export const developerAsSystem = ofChat((body) =>
  messagesIn(body).flatMap(({ message, index }) =>
    message['role'] === 'developer' ? [{ op: 'set', path: ['messages', index, 'role'], value: 'system' } as const] : [],
  ),
);

/** Hosts that refuse the `name` of a message. A tool message keeps it. */
export const noNames = ofChat(
  (body) =>
    messagesIn(body).flatMap(({ message, index }) =>
      message['name'] === undefined || message['role'] === 'tool'
        ? []
        : [{ op: 'remove', path: ['messages', index, 'name'] } as const],
    ),
  true,
);

/** Clients send answers back as they came; strict hosts refuse members that belong to an answer, even when they are null. */
export const plainAnswersBack = ofChat((body) =>
  assistantsIn(body).flatMap(({ message, index }) =>
    answerMembers
      .filter((name) => isEmpty(message[name]))
      .map((name) => ({ op: 'remove', path: ['messages', index, name] }) as const),
  ),
);

const answerMembers = ['refusal', 'annotations', 'audio', 'function_call'];

const isEmpty = (value: Json | undefined): boolean => value === null || (isArray(value) && value.length === 0);

const thoughtMembers = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks'];

const withoutMembers = ({ message, index }: PlacedMessage, names: readonly string[]): readonly Edit[] =>
  names.flatMap((name) =>
    message[name] === undefined ? [] : [{ op: 'remove', path: ['messages', index, name] } as const],
  );

/** Hosts that refuse earlier thoughts in every member. */
export const noThoughtsBack = ofChat(
  (body) => assistantsIn(body).flatMap((placed) => withoutMembers(placed, thoughtMembers)),
  true,
);

/** Mistral's reasoning models take earlier thoughts as parts of the content, and refuse every other place. */
export const thoughtsAsParts = ofChat((body) =>
  assistantsIn(body).flatMap((placed): readonly Edit[] => {
    const { message, index } = placed;
    const removed = withoutMembers(placed, thoughtMembers);
    const thought = message['reasoning_content'] ?? message['reasoning'];
    if (typeof thought !== 'string' || thought === '') return removed;
    const part = { type: 'thinking', thinking: [{ type: 'text', text: thought }] };
    return [
      ...removed,
      { op: 'set', path: ['messages', index, 'content'], value: [part, ...asParts(message['content'])] },
    ];
  }),
);

/** Hosts that take earlier thoughts as `reasoning` only. */
export const thoughtsAsReasoning = ofChat((body) =>
  assistantsIn(body).flatMap((placed): readonly Edit[] => {
    const { message, index } = placed;
    const others = withoutMembers(placed, ['reasoning_details', 'thinking_blocks']);
    if (message['reasoning_content'] === undefined) return others;
    if (message['reasoning'] !== undefined) return [...others, ...withoutMembers(placed, ['reasoning_content'])];
    return [...others, { op: 'rename', path: ['messages', index, 'reasoning_content'], to: 'reasoning' }];
  }),
);

/** DeepSeek's thinking models want the member on every answer of a conversation with tools; an empty one will do. */
export const thoughtsRequired = ofChat((body) =>
  isArray(body['tools']) && body['tools'].length > 0
    ? assistantsIn(body).flatMap((placed) => thoughtsGiven(placed, ''))
    : [],
);

/** Kimi's want it on every answer that called a tool, and take an empty one for none. */
export const thoughtsBesideCalls = ofChat((body) =>
  assistantsIn(body)
    .filter(({ message }) => isArray(message['tool_calls']) && message['tool_calls'].length > 0)
    .flatMap((placed) => thoughtsGiven(placed, ' ')),
);

const thoughtsGiven = ({ message, index }: PlacedMessage, filler: string): readonly Edit[] => {
  const present = message['reasoning_content'];
  if (typeof present === 'string' && present.length >= filler.length) return [];
  if (typeof message['reasoning'] === 'string' && present === undefined)
    return [{ op: 'rename', path: ['messages', index, 'reasoning'], to: 'reasoning_content' }];
  return [{ op: 'set', path: ['messages', index, 'reasoning_content'], value: filler }];
};

/** Mistral continues a begun answer only when it is marked. */
export const prefillMarked = ofChat((body) => {
  const last = messagesIn(body).at(-1);
  return last?.message['role'] === 'assistant' && last.message['prefix'] === undefined
    ? [{ op: 'set', path: ['messages', last.index, 'prefix'], value: true }]
    : [];
});

/** Hosts that take content as a text only: parts that are nothing but text are joined. */
export const textPartsJoined = ofChat((body) =>
  messagesIn(body).flatMap(({ message, index }) => {
    const text = joinedText(message['content']);
    return text === undefined ? [] : [{ op: 'set', path: ['messages', index, 'content'], value: text } as const];
  }),
);

const joinedText = (content: Json | undefined): string | undefined => {
  if (!isArray(content)) return undefined;
  const texts = content.map((part) => (isObject(part) && part['type'] === 'text' ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : undefined;
};

/** Perplexity wants user and assistant by turns after the system messages: neighbours of one role are joined, late system messages speak as the user. */
export const alternatingTurns = ofChat((body) => {
  const placed = messagesIn(body);
  if (!isArray(body['messages']) || placed.length !== body['messages'].length) return [];
  const messages = placed.map(({ message }) => message);
  const head = messages.findIndex(({ role }) => !isSystem(role));
  if (head < 0) return [];
  const turns = messages
    .slice(head)
    .map((message) => (isSystem(message['role']) ? { ...message, role: 'user' } : message));
  const joined = turns.reduce<readonly JsonObject[]>(appendTurn, []);
  const changed = joined.length !== turns.length || turns.some((turn, place) => turn !== messages[head + place]);
  return changed ? [{ op: 'set', path: ['messages'], value: [...messages.slice(0, head), ...joined] }] : [];
}, true);

const isSystem = (role: Json | undefined): boolean => role === 'system' || role === 'developer';

const appendTurn = (turns: readonly JsonObject[], next: JsonObject): readonly JsonObject[] => {
  const last = turns.at(-1);
  const joinable = last?.['role'] === next['role'] && (next['role'] === 'user' || next['role'] === 'assistant');
  if (last === undefined || !joinable) return [...turns, next];
  return [...turns.slice(0, -1), { ...last, ...next, content: joinedContent(last['content'], next['content']) }];
};

const joinedContent = (first: Json | undefined, second: Json | undefined): Json =>
  typeof first === 'string' && typeof second === 'string'
    ? `${first}\n\n${second}`
    : [...asParts(first), ...asParts(second)];

const asParts = (content: Json | undefined): readonly Json[] => {
  if (isArray(content)) return content;
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
};
