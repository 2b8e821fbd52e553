import { invalidField } from '../../../errors/gateway-error.ts';
import type { Block, Meta, Turn } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { complainToClient, typeName } from '../../checked/site.ts';
import { attachCarriedSeals } from '../wire/carried-seal.ts';
import { decodeContent } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';

/** `system` and `messages` as turns; see the folder's `index.ts` for their normal form. */
export const decodeTurns = (body: JsonObject): readonly Turn[] => {
  const messages = body['messages'];
  if (!isArray(messages)) throw invalidField('messages', `must be an array, but is ${typeName(messages)}.`);
  if (messages.length === 0) throw invalidField('messages', 'is empty; send at least one message.');
  const turns = [...decodeSystem(body['system'] ?? undefined)];
  const calls = new Set<string>();
  for (const [index, message] of messages.entries()) {
    turns.push(...decodeMessage(message, `messages[${index}]`, calls));
    noteCalls(message, calls);
  }
  return turns;
};

const decodeSystem = (system: Json | undefined): readonly Turn[] => {
  if (system === undefined || system === '') return [];
  const blocks = decodeContent(system, { path: 'system', complain: complainToClient });
  return blocks.length === 0 ? [] : [{ role: 'system', blocks }];
};

const roles: ReadonlySet<unknown> = new Set(['user', 'assistant', 'system']);
const messageMembers: ReadonlySet<string> = new Set(['role', 'content']);

const decodeMessage = (message: Json, path: string, calls: ReadonlySet<string>): readonly Turn[] => {
  if (!isObject(message)) throw invalidField(path, `must be an object, but is ${typeName(message)}.`);
  const role = message['role'];
  if (!isRole(role)) throw invalidField(`${path}.role`, 'must be one of "user", "assistant", "system".');
  const content = decodeContent(message['content'], { path: `${path}.content`, complain: complainToClient });
  checkResults(content, { path, role, calls });
  const rest = unknownMembers(message, messageMembers);
  const meta: { meta?: Meta } = rest === undefined ? {} : { meta: { [own]: rest } };
  if (role === 'assistant') return [{ role, blocks: attachCarriedSeals(content), ...meta }];
  if (role === 'system') return [{ role, blocks: content, ...meta }];
  return splitResults(content).map((turn, index) => (index === 0 ? { ...turn, ...meta } : turn));
};

const isRole = (role: Json | undefined): role is 'user' | 'assistant' | 'system' => roles.has(role);

/** Runs of tool results become `tool` turns, what stands between them `user` turns, in the client's order. */
const splitResults = (blocks: readonly Block[]): readonly Turn[] => {
  const turns: { role: 'tool' | 'user'; blocks: Block[] }[] = [];
  for (const block of blocks) {
    const role = block.kind === 'tool-result' ? 'tool' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(block);
    else turns.push({ role, blocks: [block] });
  }
  return turns.length === 0 ? [{ role: 'user', blocks: [] }] : turns;
};

const checkResults = (
  blocks: readonly Block[],
  site: { readonly path: string; readonly role: string; readonly calls: ReadonlySet<string> },
): void => {
  for (const [index, block] of blocks.entries()) {
    if (block.kind !== 'tool-result') continue;
    const path = `${site.path}.content[${index}]`;
    if (site.role !== 'user') throw invalidField(path, 'is a tool_result, which only a user message may hold.');
    // Only a result without any call is refused here: some models take a result whose id differs from its call's.
    if (site.calls.size === 0)
      throw invalidField(
        `${path}.tool_use_id`,
        'answers no call: no earlier message makes one. Send the call before its result.',
      );
  }
};

/** Remembers the ids of calls, of any kind (client, server, MCP), that results may answer. */
const noteCalls = (message: Json, calls: Set<string>): void => {
  const content = isObject(message) && message['role'] === 'assistant' ? message['content'] : undefined;
  if (!isArray(content)) return;
  for (const block of content) {
    const id = isObject(block) ? block['id'] : undefined;
    if (typeof id === 'string') calls.add(id);
  }
};
