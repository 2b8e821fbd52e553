import { isArray, isObject, type Json, type JsonObject } from '../json/json.ts';

/** What of a request's body the model reads, as far as it is words. */
export interface PromptTexts {
  readonly texts: readonly string[];
  /** Messages, each of which a provider wraps. */
  readonly messages: number;
  /** Pictures, sounds and files that came with the body. */
  readonly media: number;
}

/** Members of bodies, in any dialect, that hold what the model reads. */
const prompts = [
  'messages',
  'system',
  'input',
  'instructions',
  'prompt',
  'suffix',
  'contents',
  'systemInstruction',
  'system_instruction',
  'tools',
  'toolConfig',
  'functions',
  'query',
  'documents',
  'texts',
  'response_format',
  'chat_history',
  'message',
] as const;

/** Names of members that say what something is, or whose it is: no words for the model. */
const labels: ReadonlySet<string> = new Set([
  'type',
  'id',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'toolUseId',
  'cache_control',
  'cachePoint',
  'signature',
  'thoughtSignature',
  'encrypted_content',
  'mimeType',
  'mime_type',
  'media_type',
  'detail',
  'format',
  'status',
]);

/** Above it a text without a space is data, such as a picture in base64. */
const longestWord = 2000;

/** Gathers the words of a body. Linear in the body. */
export const promptTexts = (body: JsonObject): PromptTexts => {
  const found: { texts: string[]; messages: number; media: number } = { texts: [], messages: 0, media: 0 };
  const read = (value: Json, name: string): void => {
    if (typeof value === 'string') {
      if (value.startsWith('data:') || (value.length > longestWord && !/\s/.test(value.slice(0, longestWord))))
        found.media++;
      else if (value !== '') found.texts.push(value);
    } else if (typeof value === 'number' && name !== '') found.texts.push(String(value));
    else if (isArray(value)) for (const item of value) read(item, '');
    else if (isObject(value)) {
      if (typeof value['role'] === 'string') found.messages++;
      for (const [member, inner] of Object.entries(value)) {
        // What a tool takes is named by members, and the model reads the names.
        if (name === 'properties') found.texts.push(member);
        if (inner !== undefined && (!labels.has(member) || name === 'properties')) read(inner, member);
      }
    }
  };
  for (const member of prompts) {
    const value = body[member];
    if (value === undefined) continue;
    if (typeof value === 'string' || (isArray(value) && typeof value[0] === 'string')) found.messages++;
    read(value, '');
  }
  return found;
};
