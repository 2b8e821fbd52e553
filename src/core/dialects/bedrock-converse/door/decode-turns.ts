import { invalidField } from '../../../errors/gateway-error.ts';
import type { Block, Meta, Turn } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { complainToClient, typeName } from '../../checked/site.ts';
import { attachCarriedSeals } from '../../shown/carried-seal.ts';
import { decodeContent } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';

/** `system` and `messages` as turns; see the folder's `index.ts` for their normal form. */
export const decodeTurns = (body: JsonObject): readonly Turn[] => {
  const messages = body['messages'];
  if (!isArray(messages)) throw invalidField('messages', `must be an array, but is ${typeName(messages)}.`);
  if (messages.length === 0) throw invalidField('messages', 'is empty; send at least one message.');
  return [
    ...decodeSystem(body['system'] ?? undefined),
    ...messages.flatMap((message, index) => decodeMessage(message, `messages[${index}]`)),
  ];
};

const decodeSystem = (system: Json | undefined): readonly Turn[] => {
  if (system === undefined) return [];
  const blocks = decodeContent(system, { path: 'system', complain: complainToClient });
  return blocks.length === 0 ? [] : [{ role: 'system', blocks }];
};

const messageMembers: ReadonlySet<string> = new Set(['role', 'content']);

const decodeMessage = (message: Json, path: string): readonly Turn[] => {
  if (!isObject(message)) throw invalidField(path, `must be an object, but is ${typeName(message)}.`);
  const role = message['role'];
  if (role !== 'user' && role !== 'assistant')
    throw invalidField(`${path}.role`, 'must be one of "user", "assistant".');
  const content = decodeContent(message['content'], { path: `${path}.content`, complain: complainToClient });
  const rest = unknownMembers(message, messageMembers);
  const meta: { meta?: Meta } = rest === undefined ? {} : { meta: { [own]: { members: rest } } };
  if (role === 'assistant') return [{ role, blocks: attachCarriedSeals(content, own), ...meta }];
  return splitResults(content).map((turn, index) => (index === 0 ? { ...turn, ...meta } : turn));
};

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
