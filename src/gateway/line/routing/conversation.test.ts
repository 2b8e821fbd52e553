import { expect, test } from 'bun:test';
import type { ChatRequest, Turn } from '../../../core/ir/index.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { Incoming } from '../../incoming.ts';
import { conversationOf, isNamedConversation } from './conversation.ts';

const says = (role: Turn['role'], text: string): Turn => ({ role, blocks: [{ kind: 'text', text }] });
const opening = [says('system', 'be kind'), says('user', 'hello')];

const conversation = (
  orgId: string,
  { turns = opening, body = {}, session }: { turns?: readonly Turn[]; body?: JsonObject; session?: string } = {},
): string | undefined =>
  conversationOf(orgId, {
    request: { model: 'm', stream: false, turns } as ChatRequest,
    body,
    incoming: { header: (name: string) => (name === 'x-session-id' ? session : undefined) } as Incoming,
  });

test('two organisations that say the same have no conversation in common', () => {
  expect(conversation('one')).not.toBe(conversation('two'));
  const body = { session_id: 's' };
  expect(conversation('one', { body })).not.toBe(conversation('two', { body }));
});

test('the body’s session comes before the header’s, that before the key of a prompt cache, and the opening last', () => {
  const body = { session_id: 'a', prompt_cache_key: 'k' };
  expect(conversation('o', { body, session: 'b' })).toBe(conversation('o', { body: { session_id: 'a' } }));
  const keyed = { prompt_cache_key: 'k' };
  expect(conversation('o', { body: keyed, session: 'b' })).toBe(conversation('o', { session: 'b' }));
  expect(conversation('o', { body: keyed })).not.toBe(conversation('o'));
  expect(conversation('o', { body: { session_id: '' } })).toBe(conversation('o'));
  expect(['a', 'b'].map((name) => isNamedConversation(conversation('o', { session: name }) ?? ''))).toEqual([
    true,
    true,
  ]);
  expect(isNamedConversation(conversation('o') ?? '')).toBe(false);
});

test('a conversation is the same however long it has become, and another one when it began otherwise', () => {
  const longer = [...opening, says('assistant', 'hi'), says('user', 'how are you')];
  expect(conversation('o', { turns: longer })).toBe(conversation('o'));
  expect(conversation('o', { turns: [says('system', 'be kind'), says('user', 'hallo')] })).not.toBe(conversation('o'));
  expect(conversation('o', { turns: [says('user', 'hello')] })).not.toBe(conversation('o'));
  expect(conversation('o', { turns: [] })).toBeUndefined();
});
