import type { ChatRequest, Turn } from '../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../json/json.ts';
import type { DoorHints } from '../dialect.ts';
import { readImages } from '../ollama/door/read-messages.ts';
import { readSettings, settingNames } from '../ollama/door/read-settings.ts';
import { readModel } from '../openai-chat/door/read-settings.ts';
import { restOf } from '../openai-chat/wire/own.ts';
import { readBody, readBoolean, readString } from '../openai-chat/wire/read-member.ts';
import { own } from './own.ts';

const known = new Set<string>([...settingNames, 'prompt', 'system', 'images', 'suffix']);

/**
 * Reads a body of POST /api/generate. Prompt, system prompt and pictures are a conversation of one question. Text to be put between prompt
 * and `suffix` has no place in the IR: the request then has no turns, and only a target of this dialect takes it. So has a request without
 * a prompt, which asks to load a model. `template`, `raw` and `context` are warned of elsewhere.
 */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const { settings, options } = readSettings(body);
  const extras: JsonDraft = { ...said(restOf(body, known)) };
  if (options !== undefined) extras['options'] = options;
  const suffix = readString(body, 'suffix') ?? '';
  const turns = readTurns(body);
  if (suffix !== '') Object.assign(extras, restOf(body, known), kept(body));
  return {
    model: readModel(body, hints),
    stream: readBoolean(body, 'stream') ?? hints.stream ?? true,
    turns: suffix === '' ? turns : [],
    ...settings,
    ...(Object.keys(extras).length === 0 ? {} : { extras: { [own]: extras } }),
  };
};

/** What a request without turns keeps as it came. */
const kept = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    ['prompt', 'system', 'images', 'suffix'].flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );

/** Clients that write every member they know leave most of them empty. */
const said = (rest: JsonObject | undefined): JsonObject =>
  Object.fromEntries(
    Object.entries(rest ?? {}).filter(
      ([, value]) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );

const readTurns = (body: JsonObject): readonly Turn[] => {
  const prompt = readString(body, 'prompt') ?? '';
  const system = readString(body, 'system') ?? '';
  const images = readImages(body);
  if (prompt === '' && images.length === 0) return [];
  const text = { kind: 'text', text: prompt } as const;
  return [
    ...(system === '' ? [] : [{ role: 'system', blocks: [{ kind: 'text', text: system }] } as const]),
    { role: 'user', blocks: prompt === '' ? images : [...images, text] },
  ];
};
