import { isArray, isObject, type Json } from '../../../core/json/json.ts';
import type { SimulatedPart } from '../../simulated-request.ts';
import { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { contentParts, type Leftovers, markOf, refuse } from './content.ts';

/** Reads prompts and messages. */
export const readTurns = (reader: Members, leftovers: Leftovers): Conversation => {
  const conversation = new Conversation();
  readSystem(reader.array('system') ?? [], conversation, leftovers);
  const messages = reader.array('messages') ?? [];
  if (messages.length === 0) throw refuse('The messages field must hold at least one message.');
  messages.forEach((value, index) => {
    readMessage(new Members('bedrock-converse', value, `messages.${index}`), index, { conversation, leftovers });
  });
  checkResults(messages);
  return conversation;
};

const readSystem = (values: readonly Json[], conversation: Conversation, leftovers: Leftovers): void => {
  for (const [index, value] of values.entries()) {
    if (isObject(value) && value['cachePoint'] !== undefined) continue;
    const block = new Members('bedrock-converse', value, `system.${index}`);
    const text = block.string('text');
    if (text !== undefined && text.trim() === '')
      throw refuse(
        `The text field in the ContentBlock object at system.${index} is blank. Add text to the text field, and try again.`,
      );
    conversation.addSystem(text ?? JSON.stringify(value), markOf(values[index + 1]));
    if (text !== undefined) leftovers.add(block.rest());
  }
};

const readMessage = (
  message: Members,
  index: number,
  into: { readonly conversation: Conversation; readonly leftovers: Leftovers },
): void => {
  const role = message.string('role');
  if (role !== 'user' && role !== 'assistant')
    throw refuse(
      `1 validation error detected: Value '${role ?? ''}' at 'messages.${index + 1}.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`,
    );
  const content = message.array('content') ?? [];
  if (content.length === 0)
    throw refuse(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  const parts = contentParts(content, { ...into, path: `messages.${index}.content` });
  into.conversation.add(role, parts as readonly SimulatedPart[]);
  into.leftovers.add(message.rest());
};

/** Results must answer calls made before; the provider's own tools answer in the very same message. */
const checkResults = (messages: readonly Json[]): void => {
  const calls = new Set<string>();
  messages.forEach((message, index) => {
    for (const id of idsIn(message, 'toolUse')) calls.add(id);
    for (const id of idsIn(message, 'toolResult'))
      if (!calls.has(id))
        throw refuse(
          `The toolResult blocks at messages.${index}.content contain ids that match no toolUse block of the previous turn: ${id}`,
        );
  });
};

const idsIn = (message: Json | undefined, kind: 'toolUse' | 'toolResult'): readonly string[] => {
  const content = isObject(message) ? message['content'] : undefined;
  const blocks = isArray(content) ? content : [];
  return blocks.flatMap((block) => {
    const held = isObject(block) ? block[kind] : undefined;
    const id = isObject(held) ? held['toolUseId'] : undefined;
    return typeof id === 'string' ? [id] : [];
  });
};
