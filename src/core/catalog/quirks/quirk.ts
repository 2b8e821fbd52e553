import type { DialectId, Operation } from '../../ir/index.ts';
import type { Edit } from '../../json/edit.ts';
import { isArray, isObject, type JsonObject } from '../../json/json.ts';

export interface Quirk {
  /** The dialect whose bodies it edits. */
  readonly dialect: DialectId;
  /** The operations whose bodies it edits; chat and embeddings when absent. */
  readonly operations?: readonly Operation[];
  /** True when an edit takes something the caller said, so that a warning has to name it. */
  readonly tells?: boolean;
  edits(body: JsonObject): readonly Edit[];
}

/** A quirk of OpenAI's chat format, which most hosts speak in an accent of their own. */
export const ofChat = (edits: Quirk['edits'], tells = false): Quirk => ({ dialect: 'openai-chat', tells, edits });

/** Takes members out of the body where they stand. */
export const without = (...names: readonly string[]): Quirk =>
  ofChat(
    (body) => names.flatMap((name) => (body[name] === undefined ? [] : [{ op: 'remove', path: [name] } as const])),
    true,
  );

export interface PlacedMessage {
  readonly message: JsonObject;
  readonly index: number;
}

/** The messages that are objects, with their places; none when the body has another shape. */
export const messagesIn = (body: JsonObject): readonly PlacedMessage[] =>
  isArray(body['messages'])
    ? body['messages'].flatMap((message, index) => (isObject(message) ? [{ message, index }] : []))
    : [];

export const assistantsIn = (body: JsonObject): readonly PlacedMessage[] =>
  messagesIn(body).filter(({ message }) => message['role'] === 'assistant');
