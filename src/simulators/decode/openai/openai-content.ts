import { isArray, isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import type { SimulatedPart } from '../../simulated-request.ts';
import { cacheMark } from '../cache-mark.ts';
import { mediaKindOf, sourceOfUrl } from '../data-url.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { refuse } from './openai-fields.ts';

/** What a content reader fills beside its parts: members nobody understood. */
export interface Leftovers {
  add(rest: JsonObject): void;
}

type PartReader = (part: Members, type: string, value: Json) => readonly SimulatedPart[];

const text: PartReader = (part) => {
  const value = part.string('text');
  if (value === undefined) {
    throw refuse(
      part,
      { param: part.at('text'), code: 'missing_required_parameter' },
      `Missing required parameter: '${part.at('text')}'.`,
    );
  }
  part.skip('annotations', 'logprobs');
  return [{ kind: 'text', text: value, ...present({ cache: cacheMark(part.any('cache_control')) }) }];
};

const image: PartReader = (part) => {
  const written = part.any('image_url');
  const cache = cacheMark(part.any('cache_control'));
  if (typeof written === 'string')
    return [{ kind: 'image', ...sourceOfUrl(written), ...present({ detail: part.string('detail'), cache }) }];
  const holder = part.members('image_url');
  const url = holder?.string('url');
  if (holder === undefined || url === undefined) {
    const path = `${part.at('image_url')}.url`;
    throw refuse(part, { param: path, code: 'missing_required_parameter' }, `Missing required parameter: '${path}'.`);
  }
  checkImageUrl(part, url);
  return [{ kind: 'image', ...sourceOfUrl(url), ...present({ detail: holder.string('detail'), cache }) }];
};

const checkImageUrl = (part: Members, url: string): void => {
  if (/^(https?|data|gs|file):/i.test(url)) return;
  const path = `${part.at('image_url')}.url`;
  const message = `Invalid image URL: '${path}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.`;
  throw refuse(part, { param: path, code: 'invalid_value' }, message);
};

const audioTypes: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', wav: 'audio/wav' };

const audio: PartReader = (part, type, value) => {
  const written = part.any('input_audio');
  if (typeof written === 'string') {
    // Some hosts take a bare text here: a link, or MP3 data as base64.
    if (/^(https?|data):/.test(written)) return [{ kind: 'audio', ...sourceOfUrl(written) }];
    return [{ kind: 'audio', mimeType: 'audio/mpeg', source: { kind: 'base64', data: written } }];
  }
  const holder = part.members('input_audio');
  const data = holder?.string('data');
  if (holder === undefined || data === undefined) return [{ kind: 'other', type, value }];
  const format = holder.string('format');
  const mimeType = format === undefined ? undefined : (audioTypes[format] ?? `audio/${format}`);
  return [{ kind: 'audio', ...present({ mimeType }), source: { kind: 'base64', data } }];
};

const file: PartReader = (part, type, value) => {
  const holder = part.members('file');
  if (holder === undefined) return [{ kind: 'other', type, value }];
  const filename = holder.string('filename');
  const data = holder.string('file_data');
  const id = holder.string('file_id');
  const cache = cacheMark(part.any('cache_control'));
  if (id !== undefined) return [{ kind: 'document', source: { kind: 'file', id }, ...present({ filename, cache }) }];
  const found = sourceOfUrl(data ?? '');
  return [{ kind: mediaKindOf(found.mimeType), ...found, ...present({ filename, cache }) }];
};

const video: PartReader = (part, type, value) => {
  const url = part.members('video_url')?.string('url');
  return url === undefined ? [{ kind: 'other', type, value }] : [{ kind: 'video', ...sourceOfUrl(url) }];
};

const documentUrl: PartReader = (part, type, value) => {
  const url = part.string('document_url');
  if (url === undefined) return [{ kind: 'other', type, value }];
  return [{ kind: 'document', ...sourceOfUrl(url), ...present({ filename: part.string('document_name') }) }];
};

const thinking: PartReader = (part) => {
  const written = part.any('thinking');
  const pieces = isArray(written) ? written : [written ?? ''];
  const words = pieces.map((piece) =>
    typeof piece === 'string' ? piece : isObject(piece) ? String(piece['text'] ?? '') : '',
  );
  part.skip('closed');
  return [{ kind: 'thinking', text: words.join(''), ...present({ signature: part.string('signature') }) }];
};

const refusalPart: PartReader = (part) => [{ kind: 'refusal', text: part.string('refusal') ?? '' }];

const readers: Readonly<Record<string, PartReader>> = {
  text,
  input_text: text,
  output_text: text,
  image_url: image,
  input_audio: audio,
  file,
  video_url: video,
  document_url: documentUrl,
  thinking,
  refusal: refusalPart,
};

/** Content of a chat message: a string, or a list of parts. `null` and absent are no parts. */
export const openaiContent = (message: Members, leftovers: Leftovers): readonly SimulatedPart[] => {
  const content = message.any('content');
  if (content === undefined) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!isArray(content)) {
    const path = message.at('content');
    throw refuse(
      message,
      { param: path, code: 'invalid_type' },
      `Invalid type for '${path}': expected one of a string or array of objects.`,
    );
  }
  return content.flatMap((value, index) =>
    contentPart({ message, value, path: `${message.at('content')}[${index}]` }, leftovers),
  );
};

const contentPart = (
  at: { message: Members; value: Json; path: string },
  leftovers: Leftovers,
): readonly SimulatedPart[] => {
  if (typeof at.value === 'string') return [{ kind: 'text', text: at.value }];
  const part = new Members(at.message.dialect, at.value, at.path);
  const type = part.string('type') ?? '';
  const reader = readers[type];
  if (reader === undefined) return unknownPart(part, type, at.value);
  const parts = reader(part, type, at.value);
  leftovers.add(part.rest());
  return parts;
};

const unknownPart = (part: Members, type: string, value: Json): readonly SimulatedPart[] => {
  if (type !== '') return [{ kind: 'other', type, value }];
  const path = `${part.path}.type`;
  throw refuse(part, { param: path, code: 'missing_required_parameter' }, `Missing required parameter: '${path}'.`);
};
