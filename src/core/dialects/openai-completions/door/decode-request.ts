import { invalidField } from '../../../errors/gateway-error.ts';
import type { ChatRequest, Turn } from '../../../ir/index.ts';
import { isArray, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import { wrongType } from '../../checked/site.ts';
import type { DoorHints } from '../../dialect.ts';
import { present, readModel, readSettings, settingNames } from '../../openai-chat/door/read-settings.ts';
import { restOf } from '../../openai-chat/wire/own.ts';
import { readBody, readBoolean, readNumber } from '../../openai-chat/wire/read-member.ts';

/**
 * Reads a body of POST /v1/completions. The prompt is one turn of the user. Several prompts, or token ids, have no place in the IR: the
 * request then has no turns and keeps them as they came, and only a target of this dialect takes it.
 */
export const decodeRequest = (json: Json, hints: DoorHints): ChatRequest => {
  const body = readBody(json);
  const model = readModel(body, hints);
  const prompt = readPrompt(body);
  const logprobs = readNumber(body, 'logprobs');
  const extras: JsonDraft = { ...restOf(body, known) };
  if (prompt === undefined) extras['prompt'] = body['prompt'];
  const streamOptions = restOf((body['stream_options'] as JsonObject | null | undefined) ?? {}, knownStreamOptions);
  if (streamOptions !== undefined) extras['stream_options'] = streamOptions;
  return {
    model,
    stream: readBoolean(body, 'stream') ?? hints.stream ?? false,
    turns: prompt === undefined ? [] : [userTurn(prompt)],
    ...readSettings(body),
    ...present({
      maxOutputTokens: readNumber(body, 'max_tokens'),
      ...(logprobs === undefined ? {} : { logprobs: true, topLogprobs: logprobs }),
    }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { 'openai-completions': extras } }),
  };
};

const userTurn = (text: string): Turn => ({ role: 'user', blocks: [{ kind: 'text', text }] });

/** The one text of the prompt; undefined when it holds several, or tokens. */
const readPrompt = (body: JsonObject): string | undefined => {
  const prompt = body['prompt'];
  if (typeof prompt === 'string') return prompt;
  if (!isArray(prompt)) throw wrongType('prompt', 'a string, or an array of strings or token ids', prompt);
  const [first] = prompt;
  if (first === undefined) throw invalidField('prompt', 'is empty; send a text.');
  const wrong = prompt.findIndex((each) => !isPrompt(each));
  if (wrong >= 0) throw wrongType(`prompt[${wrong}]`, 'a string, a token id or an array of token ids', prompt[wrong]);
  return prompt.length === 1 && typeof first === 'string' ? first : undefined;
};

const isPrompt = (value: Json): boolean =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  (isArray(value) && value.every((id) => typeof id === 'number'));

const knownStreamOptions = new Set(['include_usage']);
const known = new Set<string>([...settingNames, 'prompt', 'max_tokens', 'logprobs']);
