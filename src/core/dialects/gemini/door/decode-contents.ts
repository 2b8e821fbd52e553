import { invalidField } from '../../../errors/gateway-error.ts';
import type { Block, Role, Turn } from '../../../ir/index.ts';
import { isArray, type Json, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import { camelMembers } from '../member-names.ts';
import { readFunctionResponse } from '../parts/function-response.ts';
import { readFunctionCall, readPart } from '../parts/read-part.ts';
import { CallMatcher } from './call-matcher.ts';
import { messageList, objectValue, scalarField } from './read-fields.ts';
import { joinStreamedThoughts } from './streamed-thoughts.ts';

const known = new Set(['role', 'parts']);

/** Reads `contents`. A content that mixes function responses with other parts becomes several turns. */
export const decodeContents = (value: Json | undefined): readonly Turn[] => {
  if (value === undefined || value === null)
    throw invalidField('contents', 'is missing; send a list of contents, each with "role" and "parts".');
  if (isArray(value) && value.length === 0) throw invalidField('contents', 'is empty; send at least one content.');
  const matcher = new CallMatcher();
  const turns: Turn[] = [];
  messageList(value, 'contents').forEach((content, index) => {
    matcher.nextContent(index);
    appendTurns(turns, decodeContent(camelMembers(content), `contents[${index}]`, matcher));
  });
  return joinStreamedThoughts(turns);
};

/** Reads `systemInstruction`: a content, or its text alone. The role clients put on it (`user`, `system`) says nothing, but returns home. */
export const decodeSystem = (value: Json): Turn => {
  if (typeof value === 'string') return { role: 'system', blocks: [{ kind: 'text', text: value }] };
  const path = 'systemInstruction';
  const content = camelMembers(objectValue(value, path));
  const matcher = new CallMatcher();
  const blocks = partsOf(content, path).map((part, index) =>
    decodePart(part, { path: `${path}.parts[${index}]`, matcher, answers: false }),
  );
  const memory = unknownMembers(content, new Set(['parts']));
  return { role: 'system', blocks, ...(memory === undefined ? {} : { meta: { gemini: memory } }) };
};

const roles: ReadonlyMap<string, Role> = new Map(
  Object.entries({ user: 'user', model: 'assistant', function: 'user', tool: 'user' }),
);

const decodeContent = (content: JsonObject, path: string, matcher: CallMatcher): readonly Turn[] => {
  const wireRole = scalarField(content, 'role', { type: 'string', path }) ?? 'user';
  const role = roles.get(wireRole === '' ? 'user' : wireRole);
  if (role === undefined)
    throw invalidField(
      `${path}.role`,
      'must be one of "user", "model"; prompts of the system stand in systemInstruction.',
    );
  const turns: Turn[] = [];
  partsOf(content, path).forEach((part, index) => {
    const block = decodePart(part, { path: `${path}.parts[${index}]`, matcher, answers: role === 'user' });
    const blockRole = block.kind === 'tool-result' ? 'tool' : role;
    const last = turns.at(-1);
    if (last?.role === blockRole) (last.blocks as Block[]).push(block);
    else turns.push({ role: blockRole, blocks: [block] });
  });
  const [first = { role, blocks: [] }, ...rest] = turns;
  const memory = unknownMembers(content, known);
  return memory === undefined ? [first, ...rest] : [{ ...first, meta: { gemini: memory } }, ...rest];
};

/** Results that follow each other stand in one turn. */
const appendTurns = (turns: Turn[], added: readonly Turn[]): void => {
  for (const turn of added) {
    const last = turns.at(-1);
    if (last?.role === 'tool' && turn.role === 'tool')
      turns[turns.length - 1] = { ...last, blocks: [...last.blocks, ...turn.blocks] };
    else turns.push(turn);
  }
};

const partsOf = (content: JsonObject, path: string): readonly JsonObject[] =>
  content['parts'] === undefined ? [] : messageList(content['parts'], `${path}.parts`).map(camelMembers);

interface PartPlace {
  readonly path: string;
  readonly matcher: CallMatcher;
  /** Function responses here are the client's answers. In a model's content they are a server's, and go home as they came. */
  readonly answers: boolean;
}

const decodePart = (part: JsonObject, place: PartPlace): Block => {
  scalarField(part, 'text', { type: 'string', path: place.path });
  scalarField(part, 'thought', { type: 'boolean', path: place.path });
  scalarField(part, 'thoughtSignature', { type: 'string', path: place.path });
  checkData(part, place.path);
  if (part['functionCall'] !== undefined) {
    const { id, name } = namedData(part['functionCall'], `${place.path}.functionCall`, 'args');
    return readFunctionCall(part, place.matcher.call(id, name));
  }
  if (part['functionResponse'] === undefined) return readPart(part);
  const { id, name } = namedData(part['functionResponse'], `${place.path}.functionResponse`, 'response');
  const call = place.matcher.response(id, name);
  return place.answers
    ? readFunctionResponse(part, call)
    : { kind: 'opaque', dialect: 'gemini', type: 'functionResponse', value: part };
};

const namedData = (
  value: Json,
  path: string,
  objectKey: string,
): { readonly id: string | undefined; readonly name: string } => {
  const data = camelMembers(objectValue(value, path));
  const name = scalarField(data, 'name', { type: 'string', path });
  if (name === undefined || name === '') throw invalidField(`${path}.name`, 'the name of the function is missing.');
  if (data[objectKey] !== undefined) objectValue(data[objectKey], `${path}.${objectKey}`);
  const id = scalarField(data, 'id', { type: 'string', path });
  return { id: id === '' ? undefined : id, name };
};

const mediaFields = [
  ['inlineData', 'data'],
  ['fileData', 'fileUri'],
] as const;

const checkData = (part: JsonObject, path: string): void => {
  for (const [member, field] of mediaFields) {
    const value = part[member];
    if (value === undefined) continue;
    const data = camelMembers(objectValue(value, `${path}.${member}`));
    scalarField(data, 'mimeType', { type: 'string', path: `${path}.${member}` });
    if (typeof data[field] !== 'string')
      throw invalidField(`${path}.${member}.${field}`, `must be a string, but is ${typeName(data[field])}.`);
  }
};
