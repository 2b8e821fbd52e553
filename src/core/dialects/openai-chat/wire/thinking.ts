import { type Seal, type ThinkingBlock, unwrapSeal } from '../../../ir/index.ts';
import { arrayAt, isObject, type Json, type JsonObject, stringAt } from '../../../json/json.ts';
import { metaOf, own, ownMeta, restOf } from './own.ts';

/** How signatures on the wire are read: a client may bring back one of another dialect that this door once wrapped; a provider has only its own. */
export type SealReader = (wire: string) => Seal;
export const clientSeal: SealReader = (wire) => unwrapSeal(wire, own);
export const providerSeal: SealReader = (wire) => ({ dialect: own, value: wire });

/** Members of a message that hold reasoning, beside `thinking` parts in its content. */
export const thinkingMembers = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks'] as const;

/**
 * Reads the reasoning of a message. Hosts write the same thoughts in several members; the richest one counts: `reasoning_details`, then
 * `thinking_blocks`, then the plain text. Details that hold only sealed data leave the plain text beside them.
 */
export const readThinking = (message: JsonObject, readSeal: SealReader): readonly ThinkingBlock[] => {
  const details = readDetails(arrayAt(message, 'reasoning_details'), readSeal);
  const blocks = details.length > 0 ? details : readThinkingBlocks(arrayAt(message, 'thinking_blocks'), readSeal);
  if (blocks.some((block) => block.text !== '')) return blocks;
  const plain = plainThinking(message);
  return plain === undefined ? blocks : [plain, ...blocks];
};

/** Reasoning as plain text, from whichever of the two members has some. */
export const plainThinking = (message: JsonObject): ThinkingBlock | undefined => {
  const content = message['reasoning_content'];
  if (typeof content === 'string' && content !== '') return { kind: 'thinking', text: content };
  const reasoning = message['reasoning'];
  return typeof reasoning === 'string' && reasoning !== ''
    ? { kind: 'thinking', text: reasoning, ...metaOf({ member: 'reasoning' }) }
    : undefined;
};

const readDetails = (entries: readonly Json[], readSeal: SealReader): readonly ThinkingBlock[] => {
  const blocks: ThinkingBlock[] = [];
  for (const entry of entries) {
    if (!isObject(entry)) continue;
    const block = readDetail(entry, readSeal);
    const last = blocks.at(-1);
    if (last !== undefined && block.seal !== undefined && sealsSummary(last, entry))
      blocks[blocks.length - 1] = { ...last, seal: block.seal };
    else blocks.push(block);
  }
  return blocks;
};

/** One entry of `reasoning_details`. */
export const readDetail = (entry: JsonObject, readSeal: SealReader): ThinkingBlock => {
  const kept = metaOf({ member: 'reasoning_details', members: restOf(entry, knownDetail) });
  const signature = stringAt(entry, 'signature');
  const seal = signature === undefined ? {} : { seal: readSeal(signature) };
  switch (entry['type']) {
    case 'reasoning.encrypted': {
      const data = stringAt(entry, 'data');
      return {
        kind: 'thinking',
        text: '',
        redacted: true,
        ...(data === undefined ? {} : { seal: readSeal(data) }),
        ...kept,
      };
    }
    case 'reasoning.summary':
      return { kind: 'thinking', text: stringAt(entry, 'summary') ?? '', form: 'summary', ...seal, ...kept };
    default:
      return { kind: 'thinking', text: stringAt(entry, 'text') ?? '', ...seal, ...kept };
  }
};

/** Whether an encrypted entry belongs to the summary before it: they share an id. */
export const sealsSummary = (last: ThinkingBlock, entry: JsonObject): boolean =>
  entry['type'] === 'reasoning.encrypted' &&
  last.form === 'summary' &&
  last.seal === undefined &&
  typeof entry['id'] === 'string' &&
  stringAt(ownMeta(last)?.['members'], 'id') === entry['id'];

const readThinkingBlocks = (entries: readonly Json[], readSeal: SealReader): readonly ThinkingBlock[] =>
  entries.filter(isObject).map((entry) => readThinkingEntry(entry, readSeal));

/** One entry of `thinking_blocks`. */
export const readThinkingEntry = (entry: JsonObject, readSeal: SealReader): ThinkingBlock => {
  const kept = metaOf({ member: 'thinking_blocks', members: restOf(entry, knownThinkingBlock) });
  const token = stringAt(entry, 'data') ?? stringAt(entry, 'signature');
  const seal = token === undefined ? {} : { seal: readSeal(token) };
  return entry['type'] === 'redacted_thinking'
    ? { kind: 'thinking', text: '', redacted: true, ...seal, ...kept }
    : { kind: 'thinking', text: stringAt(entry, 'thinking') ?? '', ...seal, ...kept };
};

/**
 * Writes a block as entries of `reasoning_details`, numbered from `index`. `token` is the seal as it shall stand on the wire. A summary has
 * no place for one, so a second entry with the same id carries it.
 */
export const writeDetails = (block: ThinkingBlock, token: string | undefined, index: number): readonly JsonObject[] => {
  const members = (ownMeta(block)?.['members'] as JsonObject | undefined) ?? {};
  const signature = token === undefined ? {} : { signature: token };
  if (block.redacted === true)
    return [{ type: 'reasoning.encrypted', ...(token === undefined ? {} : { data: token }), index, ...members }];
  if (block.form !== 'summary') return [{ type: 'reasoning.text', text: block.text, ...signature, index, ...members }];
  const id = stringAt(members, 'id') ?? `reasoning_${index}`;
  const summary = { type: 'reasoning.summary', summary: block.text, index, ...members, id };
  if (token === undefined) return [summary];
  return [summary, { type: 'reasoning.encrypted', data: token, index: index + 1, ...members, id }];
};

export const writeThinkingBlock = (block: ThinkingBlock): JsonObject => {
  const members = ownMeta(block)?.['members'] as JsonObject | undefined;
  const token = block.seal?.value;
  if (block.redacted === true)
    return { type: 'redacted_thinking', ...(token === undefined ? {} : { data: token }), ...members };
  return {
    type: 'thinking',
    thinking: block.text,
    ...(token === undefined ? {} : { signature: token }),
    ...members,
  };
};

const knownDetail = new Set(['type', 'text', 'summary', 'data', 'signature']);
const knownThinkingBlock = new Set(['type', 'thinking', 'data', 'signature']);
