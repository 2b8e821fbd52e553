import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { DoorHints } from '../../dialect.ts';
import { readBoolean, readNumber, readObject, readStops, readString } from '../wire/read-member.ts';

/** The model, from the body or the path. Throws `missing_model`. */
export const readModel = (body: JsonObject, hints: DoorHints): string => {
  const model = readString(body, 'model') ?? hints.model;
  if (model !== undefined && model !== '') return model;
  throw new GatewayError('missing_model', 'model: name a model, as "provider/model"; the request names none.', {
    param: 'model',
  });
};

/** Sampling and book-keeping members that chat and legacy completions share. */
export const readSettings = (body: JsonObject): Partial<ChatRequest> =>
  present({
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    presencePenalty: readNumber(body, 'presence_penalty'),
    frequencyPenalty: readNumber(body, 'frequency_penalty'),
    seed: readNumber(body, 'seed'),
    stop: readStops(body),
    choices: readNumber(body, 'n'),
    logitBias: readObject(body, 'logit_bias'),
    user: readString(body, 'user'),
    streamUsage: readBoolean(readObject(body, 'stream_options') ?? {}, 'include_usage', 'stream_options.include_usage'),
  });

export const settingNames = [
  'model',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'stop',
  'n',
  'logit_bias',
  'user',
  'stream_options',
] as const;

type Draft = { [Key in keyof ChatRequest]?: ChatRequest[Key] | undefined };

/** The members that have a value. */
export const present = (draft: Draft): Partial<ChatRequest> => {
  const kept: Record<string, unknown> = {};
  for (const name in draft) {
    const value = draft[name as keyof Draft];
    if (value !== undefined) kept[name] = value;
  }
  return kept as Partial<ChatRequest>;
};
