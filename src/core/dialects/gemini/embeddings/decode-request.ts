import { invalidField } from '../../../errors/gateway-error.ts';
import type { EmbeddingInput, EmbeddingRequest } from '../../../ir/index.ts';
import { isArray, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import { typeName } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { readModel } from '../door/decode-request.ts';
import { messageList, objectValue, scalarField } from '../door/read-fields.ts';
import { camelMembers } from '../member-names.ts';
import { readPart } from '../parts/read-part.ts';
import { type EmbeddingSettings, readSettings } from './embedding-settings.ts';

/**
 * Reads an `embedContent` body, or a `batchEmbedContents` body with its `requests`. The IR has one set of settings; requests that differ
 * in theirs keep them in `extras.gemini.requests`, by position.
 */
export const decodeRequest = (body: Json, hints: DoorHints): EmbeddingRequest => {
  const wire = camelMembers(objectValue(body, 'body'));
  const batch = wire['requests'] !== undefined;
  const requests = batch ? readRequests(wire['requests'] ?? null) : [wire];
  const read = requests.map((request, index) => readRequest(request, batch ? `requests[${index}]` : ''));
  const model = readModel(hints.model ?? scalarField(requests[0] ?? {}, 'model', { type: 'string', path: '' }));
  const inputs = read.map(({ input }) => input);
  const [first] = read;
  if (!batch && first !== undefined)
    return {
      model,
      inputs,
      batch,
      ...first.settings,
      ...(first.rest === undefined ? {} : { extras: { gemini: first.rest } }),
    };
  const extras: JsonDraft = { ...wire };
  for (const name of ['requests', 'model']) delete extras[name];
  const same = read.every((one) => one.rest === undefined && sameSettings(one.settings, first?.settings ?? {}));
  if (!same) extras['requests'] = read.map(({ settings, rest }) => ({ ...settings, ...rest }) as JsonObject);
  return {
    model,
    inputs,
    batch,
    ...(same ? first?.settings : {}),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { gemini: extras } }),
  };
};

const readRequests = (value: Json): readonly JsonObject[] => {
  const requests = messageList(value, 'requests').map(camelMembers);
  if (isArray(value) && requests.length === 0) throw invalidField('requests', 'is empty; send at least one request.');
  return requests;
};

interface ReadRequest {
  readonly input: EmbeddingInput;
  readonly settings: EmbeddingSettings;
  readonly rest: JsonObject | undefined;
}

const readRequest = (request: JsonObject, path: string): ReadRequest => ({
  input: readContent(request['content'], path === '' ? 'content' : `${path}.content`),
  ...readSettings(request, path),
});

/** A content of one plain text is a text; its role says nothing. */
const readContent = (value: Json | undefined, path: string): EmbeddingInput => {
  if (typeof value === 'string') return { kind: 'text', text: value };
  const content = camelMembers(objectValue(value, path));
  const parts = content['parts'];
  if (parts === undefined) throw invalidField(`${path}.parts`, `must be an array, but is ${typeName(parts)}.`);
  const blocks = messageList(parts, `${path}.parts`).map((part, index) => {
    scalarField(part, 'text', { type: 'string', path: `${path}.parts[${index}]` });
    return readPart(camelMembers(part));
  });
  const [only, more] = blocks;
  if (only?.kind === 'text' && more === undefined && only.meta === undefined) return { kind: 'text', text: only.text };
  return { kind: 'blocks', blocks };
};

const sameSettings = (a: EmbeddingSettings, b: EmbeddingSettings): boolean =>
  a.dimensions === b.dimensions && a.task === b.task && a.title === b.title;
