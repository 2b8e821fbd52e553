import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse } from '../../../ir/index.ts';
import { isArray, isObject, type Json, type JsonDraft, type JsonObject, stringAt } from '../../../json/json.ts';
import { complainOfUpstream, typeName } from '../../checked/site.ts';
import { attachCarriedSeals } from '../wire/carried-seal.ts';
import { decodeBlock } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeStop } from '../wire/stop-reason.ts';
import { decodeUsage } from '../wire/usage.ts';
import { inBandError } from './in-band-error.ts';

/** Reads a whole answer. */
export const decodeResponse = (body: Json): ChatResponse => {
  if (!isObject(body))
    throw new GatewayError('upstream_invalid', `The provider's answer must be an object, but is ${typeName(body)}.`);
  if (body['type'] === 'error' || (body['content'] === undefined && isObject(body['error']))) throw inBandError(body);
  const content = body['content'];
  if (!isArray(content)) throw complainOfUpstream('content', `must be an array, but is ${typeName(content)}.`);
  const usage = decodeUsage(body['usage']);
  const serviceTier = stringAt(body['usage'], 'service_tier');
  const extras = messageExtras(body);
  return {
    id: stringAt(body, 'id') ?? '',
    model: stringAt(body, 'model') ?? '',
    choices: [
      {
        index: 0,
        blocks: attachCarriedSeals(
          content.map((block, index) =>
            decodeBlock(block, { path: `content[${index}]`, complain: complainOfUpstream }),
          ),
        ),
        ...stopMembers(body),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

/** Why the answer ended, from a message or from the delta that closes one. */
export const stopMembers = (
  message: JsonObject,
): Pick<ChatResponse['choices'][0] & object, 'stop' | 'rawStop' | 'stopSequence'> => {
  const rawStop = stringAt(message, 'stop_reason') ?? '';
  const stopSequence = stringAt(message, 'stop_sequence');
  return { stop: decodeStop(rawStop), rawStop, ...(stopSequence === undefined ? {} : { stopSequence }) };
};

const placed: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'usage',
  'delta',
]);

/** Members of a message (or of its closing delta) without a place of their own. A null says nothing. */
export const messageExtras = (message: JsonObject): JsonObject | undefined => {
  const extras: JsonDraft = {};
  for (const [name, value] of Object.entries(message)) {
    if (!placed.has(name) && value !== null && value !== undefined) extras[name] = value;
  }
  return Object.keys(extras).length === 0 ? undefined : extras;
};
