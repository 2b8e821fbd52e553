import { isArray, isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import type { SimulatedPart } from '../simulated-request.ts';
import { refusal } from '../simulator-refusal.ts';
import type { Conversation } from './conversation.ts';
import { mediaKindOf } from './data-url.ts';
import { Members } from './members.ts';
import { present } from './present.ts';
import { resultParts } from './tool-result-parts.ts';

const refuse = (message: string) => refusal('gemini', { status: 400, message });

interface Leftovers {
  add(rest: JsonObject): void;
}

/** Adds one content to the conversation. Without a role it is the user's. */
export const geminiContent = (content: Members, conversation: Conversation, leftovers: Leftovers): void => {
  const role = content.string('role') ?? 'user';
  if (role !== 'user' && role !== 'model' && role !== 'function') throw refuse('Please use a valid role: user, model.');
  const written = content.any('parts');
  const parts = isArray(written) ? written : written === undefined ? [] : [written];
  if (parts.length === 0)
    throw refuse(`* GenerateContentRequest.${content.path}.parts: contents.parts must not be empty.\n`);
  const read = parts.map((value, index) =>
    geminiPart(
      { part: new Members('gemini', value, `${content.at('parts')}[${index}]`), value },
      { conversation, leftovers },
    ),
  );
  leftovers.add(content.rest());
  conversation.add(role === 'model' ? 'assistant' : 'user', read);
};

interface Into {
  readonly conversation: Conversation;
  readonly leftovers: Leftovers;
}

const dataNames = ['text', 'functionCall', 'functionResponse', 'inlineData', 'fileData'] as const;

const geminiPart = (at: { readonly part: Members; readonly value: Json }, into: Into): SimulatedPart => {
  const { part } = at;
  const name = dataNames.find((candidate) => part.any(candidate) !== undefined);
  const thought = part.boolean('thought') ?? false;
  const signature = part.string('thoughtSignature');
  if (name === undefined) return withoutData(at, signature);
  const read = readers[name](part, { ...into, thought });
  into.leftovers.add(part.rest());
  return { ...read, ...present({ signature }) };
};

const withoutData = (
  at: { readonly part: Members; readonly value: Json },
  signature: string | undefined,
): SimulatedPart => {
  const type = Object.keys(at.part.rest())[0];
  if (type !== undefined) return { kind: 'other', type: type.slice(type.lastIndexOf('.') + 1), value: at.value };
  if (signature !== undefined) return { kind: 'text', text: '', signature };
  const message = `* GenerateContentRequest.${at.part.path}.data: required oneof field 'data' must have one initialized field\n`;
  throw refuse(message);
};

type PartReader = (part: Members, into: Into & { readonly thought: boolean }) => SimulatedPart;

const text: PartReader = (part, into) => ({
  kind: into.thought ? 'thinking' : 'text',
  text: part.string('text') ?? '',
});

const functionCall: PartReader = (part, into) => {
  const call = part.members('functionCall');
  const name = call?.string('name') ?? '';
  const id = call?.string('id') ?? '';
  if (name === '') throw refuse(`* GenerateContentRequest.${part.path}.function_call.name: Name cannot be empty.\n`);
  return {
    kind: 'tool-call',
    id,
    call: into.conversation.openCall(id, name),
    name,
    arguments: call?.object('args') ?? {},
  };
};

const functionResponse: PartReader = (part, into) => {
  const response = part.members('functionResponse');
  const name = response?.string('name') ?? '';
  const id = response?.string('id') ?? '';
  if (name === '')
    throw refuse(`* GenerateContentRequest.${part.path}.function_response.name: Name cannot be empty.\n`);
  const byId = into.conversation.answerCall(id, name);
  const call = byId < 0 && id !== '' ? into.conversation.answerCall('', name) : byId;
  if (call < 0) {
    throw refuse(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  }
  const value = response?.object('response') ?? {};
  const media = (response?.array('parts') ?? []).map((item, index) =>
    geminiPart(
      { part: new Members('gemini', item, `${part.path}.function_response.parts[${index}]`), value: item },
      into,
    ),
  );
  const words =
    isObject(value) && Object.keys(value).length === 0 ? [] : [{ kind: 'text' as const, text: JSON.stringify(value) }];
  const failed = Object.keys(value).length === 1 && value['error'] !== undefined;
  return { kind: 'tool-result', id, call, parts: [...resultParts(words), ...media], failed };
};

const inlineData: PartReader = (part) => {
  const blob = part.members('inlineData');
  const mimeType = blob?.string('mimeType');
  const filename = blob?.string('displayName');
  if (mimeType === undefined)
    throw refuse(`* GenerateContentRequest.${part.path}.inline_data.mime_type: mime_type must be specified.\n`);
  return {
    kind: mediaKindOf(mimeType),
    mimeType,
    source: { kind: 'base64', data: blob?.string('data') ?? '' },
    ...present({ filename }),
  };
};

const fileData: PartReader = (part) => {
  const file = part.members('fileData');
  const mimeType = file?.string('mimeType');
  const url = file?.string('fileUri') ?? '';
  const filename = file?.string('displayName');
  const kind = mimeType === undefined && /youtu/.test(url) ? 'video' : mediaKindOf(mimeType);
  // Files the provider holds have addresses of their own.
  const held = !/^(https?|gs):/.test(url) || /^https:\/\/generativelanguage\.googleapis\.com\/.*\/files\//.test(url);
  const source = held ? { kind: 'file' as const, id: url } : { kind: 'url' as const, url };
  return { kind, source, ...present({ mimeType, filename }) };
};

const readers: Readonly<Record<(typeof dataNames)[number], PartReader>> = {
  text,
  functionCall,
  functionResponse,
  inlineData,
  fileData,
};
