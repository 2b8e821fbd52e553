import { isObject, type Json, type JsonObject, stringAt } from '../../../core/json/json.ts';
import type { MediaKind, MediaSource, SimulatedPart } from '../../simulated-request.ts';
import { refusal } from '../../simulator-refusal.ts';
import type { Conversation } from '../conversation.ts';
import { Members } from '../members.ts';
import { resultParts, resultText } from '../tool-result-parts.ts';

/** A request refused in Bedrock's words. */
export const refuse = (message: string) => refusal('bedrock-converse', { status: 400, message });

export interface Leftovers {
  add(rest: JsonObject): void;
}

interface Into {
  readonly conversation: Conversation;
  readonly leftovers: Leftovers;
  readonly path: string;
}

/** The lifetime of a mark, when the item is one. */
export const markOf = (value: Json | undefined): string | undefined => {
  const point = isObject(value) ? value['cachePoint'] : undefined;
  return isObject(point) ? (stringAt(point, 'ttl') ?? '5m') : undefined;
};

/** The parts of a message; a mark belongs to the part before it. */
export const contentParts = (values: readonly Json[], into: Into): readonly SimulatedPart[] => {
  const parts: SimulatedPart[] = [];
  for (const [index, value] of values.entries()) {
    const cache = markOf(value);
    const last = parts.at(-1);
    if (cache !== undefined && last !== undefined && last.cache === undefined)
      parts[parts.length - 1] = { ...last, cache };
    else {
      const part = blockPart(value, { ...into, path: `${into.path}.${index}` });
      // A text of white space is taken, and says nothing.
      if (part.kind !== 'text' || part.text.trim() !== '') parts.push(part);
    }
  }
  return parts;
};

type BlockReader = (content: Members, into: Into) => SimulatedPart;

const blockPart = (value: Json, into: Into): SimulatedPart => {
  if (!isObject(value)) throw refuse(`The ContentBlock object at ${into.path} must be an object.`);
  const kind = Object.keys(value).find((name) => name !== 'type' && value[name] !== null) ?? 'empty';
  if (kind === 'text') return textPart(value['text'], into);
  const reader = readers[kind];
  const content = value[kind];
  // Tools the provider runs itself have a type of their own.
  const served = stringAt(content, 'type');
  if (
    reader === undefined ||
    !isObject(content) ||
    (served !== undefined && served !== 'tool_use' && served !== 'tool_result')
  )
    return { kind: 'other', type: served ?? kind, value };
  const members = new Members('bedrock-converse', content, `${into.path}.${kind}`);
  const part = reader(members, into);
  if (part.kind !== 'other') into.leftovers.add(members.rest());
  return part;
};

const textPart = (text: Json | undefined, into: Into): SimulatedPart => {
  if (typeof text !== 'string' || text === '')
    throw refuse(
      `The text field in the ContentBlock object at ${into.path} is blank. Add text to the text field, and try again.`,
    );
  return { kind: 'text', text };
};

const sourceOf = (content: Members): MediaSource | undefined => {
  const source = content.members('source');
  const data = source?.string('bytes');
  if (data !== undefined) return { kind: 'base64', data };
  const text = source?.string('text');
  if (text !== undefined) return { kind: 'text', text };
  const url = source?.members('s3Location')?.string('uri');
  return url === undefined ? undefined : { kind: 'url', url };
};

const formats: Readonly<Record<MediaKind, readonly string[]>> = {
  image: ['png', 'jpeg', 'gif', 'webp'],
  document: ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'],
  audio: [
    'mp3',
    'opus',
    'wav',
    'aac',
    'flac',
    'mp4',
    'ogg',
    'mkv',
    'mka',
    'x-aac',
    'm4a',
    'mpeg',
    'mpga',
    'pcm',
    'webm',
  ],
  video: ['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp'],
};

const media =
  (kind: MediaKind): BlockReader =>
  (content) => {
    const format = content.string('format');
    const source = sourceOf(content);
    if (source === undefined) return { kind: 'other', type: kind, value: content.any('source') ?? null };
    // Recorded traffic shows whole media types taken as formats.
    const word = format?.replace(/^\w+\//, '');
    if (word === undefined || !formats[kind].includes(word))
      throw refuse(
        `Value '${format ?? ''}' at '${content.path}.format' failed to satisfy constraint: Member must satisfy enum value set: [${formats[kind].join(', ')}]`,
      );
    return { kind, mimeType: `${kind}/${word}`, source: asText(word, source) };
  };

/** Plain text says the same as its bytes. */
const asText = (format: string, source: MediaSource): MediaSource =>
  source.kind === 'base64' && (format === 'txt' || format === 'md' || format === 'csv' || format === 'html')
    ? { kind: 'text', text: Buffer.from(source.data, 'base64').toString('utf8') }
    : source;

const documentName = /^[\p{L}\p{N}\s_\-()[\]]+$/u;

const document: BlockReader = (content, into) => {
  const part = media('document')(content, into);
  const name = content.string('name');
  if (name === undefined || !documentName.test(name) || /\s\s/.test(name))
    throw refuse(
      'The format of the value in the name field of the document can only contain alphanumeric characters, single whitespace characters, hyphens, parentheses, and square brackets.',
    );
  content.skip('context', 'citations');
  return part.kind === 'document' ? { ...part, filename: name } : part;
};

const thinking: BlockReader = (content) => {
  const redacted = content.string('redactedContent');
  if (redacted !== undefined) return { kind: 'thinking', text: '', signature: redacted };
  const said = content.members('reasoningText');
  const text = said?.string('text');
  if (text === undefined) throw refuse(`The reasoningText field at ${content.path} must hold a text.`);
  const signature = said?.string('signature');
  return { kind: 'thinking', text, ...(signature === undefined || signature === '' ? {} : { signature }) };
};

const cited: BlockReader = (content) => {
  const texts = (content.array('content') ?? []).map((part) => stringAt(part, 'text') ?? '');
  content.skip('citations');
  return { kind: 'text', text: texts.join('') };
};

/** Its description allows fewer; recorded traffic shows these taken. */
const idPattern = /^[a-zA-Z0-9_.:-]{1,64}$/;

const toolUse: BlockReader = (content, into) => {
  const id = idOf(content);
  const name = content.string('name') ?? '';
  content.skip('type');
  return {
    kind: 'tool-call',
    id,
    call: into.conversation.openCall(id, name),
    name,
    arguments: content.any('input') ?? {},
  };
};

const toolResult: BlockReader = (content, into) => {
  const id = idOf(content);
  const call = into.conversation.answerCall(id);
  const status = content.string('status');
  content.skip('type');
  if (status !== undefined && status !== 'success' && status !== 'error')
    throw refuse(
      `Value '${status}' at '${content.path}.status' failed to satisfy constraint: Member must satisfy enum value set: [success, error]`,
    );
  const parts = (content.array('content') ?? []).map((value, index): SimulatedPart => {
    const held = isObject(value) ? value['json'] : undefined;
    return held === undefined
      ? blockPart(value, { ...into, path: `${content.path}.content.${index}` })
      : { kind: 'text', text: resultText(held) };
  });
  return { kind: 'tool-result', id, call, parts: resultParts(parts), failed: status === 'error' };
};

const idOf = (content: Members): string => {
  const id = content.string('toolUseId');
  if (id !== undefined && idPattern.test(id)) return id;
  throw refuse(
    `1 validation error detected: Value '${id ?? ''}' at '${content.path}.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
  );
};

const readers: Readonly<Record<string, BlockReader>> = {
  image: media('image'),
  video: media('video'),
  audio: media('audio'),
  document,
  reasoningContent: thinking,
  citationsContent: cited,
  toolUse,
  toolResult,
};
