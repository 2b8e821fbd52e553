import type { ChatRequest, Turn } from '../../../core/ir/index.ts';
import type { Json, JsonObject } from '../../../core/json/json.ts';
import { textHash } from '../../../core/routing/dice.ts';
import type { Incoming } from '../../incoming.ts';

interface Opened {
  readonly request: ChatRequest;
  readonly body: JsonObject;
  readonly incoming: Incoming;
}

/**
 * The conversation a chat belongs to, by the first of: the body's `session_id`, the header of a session, `prompt_cache_key`, the words it began with. The
 * organisation is part of it: what two of them say alike is not one conversation.
 */
export const conversationOf = (orgId: string, { request, body, incoming }: Opened): string | undefined => {
  const named = namedSession(body, incoming);
  if (named !== undefined) return `${orgId}/s/${textHash(named)}`;
  const opening = openingOf(request);
  return opening === undefined ? undefined : `${orgId}/o/${textHash(opening)}`;
};

/** Whether the client says itself which conversation it is: then any answer holds it, else only one that a cache took part in. */
export const isNamedConversation = (conversation: string): boolean => conversation.includes('/s/');

const namedSession = (body: JsonObject, incoming: Incoming): string | undefined => {
  const session = text(body['session_id']) ?? text(incoming.header('x-session-id'));
  if (session !== undefined) return `session ${session}`;
  const key = text(body['prompt_cache_key']);
  return key === undefined ? undefined : `key ${key}`;
};

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Longer openings are told apart by their beginning and length. */
const longest = 1024;

/** The first words of the system, and the first of anyone else. */
const openingOf = ({ turns }: ChatRequest): string | undefined => {
  const system = turns.find(({ role }) => isSystem(role));
  const first = turns.find(({ role }) => !isSystem(role));
  return first === undefined ? undefined : `${wordsOf(system)}\n${wordsOf(first)}`;
};

const isSystem = (role: Turn['role']): boolean => role === 'system' || role === 'developer';

const wordsOf = (turn: Turn | undefined): string => {
  const said = (turn?.blocks ?? []).map((block) => (block.kind === 'text' ? block.text : `[${block.kind}]`)).join('\n');
  return `${said.length} ${said.slice(0, longest)}`;
};
