import type { ChatRequest } from '../../../ir/index.ts';
import type { Json, JsonDraft } from '../../../json/json.ts';
import type { DoorHints } from '../../dialect.ts';
import { readModel } from '../../openai-chat/door/read-settings.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readBody, readBoolean } from '../../openai-chat/wire/read-member.ts';
import { own } from '../wire/own.ts';
import { readMessages } from './read-messages.ts';
import { readSettings, settingNames } from './read-settings.ts';
import { readTools } from './read-tools.ts';

const known = new Set<string>([...settingNames, 'messages', 'tools']);

/** Reads a body of POST /api/chat. Unless it says otherwise, it asks for a stream. */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const { settings, options } = readSettings(body);
  const tools = readTools(body);
  const extras: JsonDraft = { ...restOf(body, known) };
  if (options !== undefined) extras['options'] = options;
  return {
    model: readModel(body, hints),
    stream: readBoolean(body, 'stream') ?? hints.stream ?? true,
    turns: readMessages(body),
    ...(tools.length === 0 ? {} : { tools }),
    ...settings,
    ...(Object.keys(extras).length === 0 ? {} : { extras: { [own]: extras } }),
  };
};
