import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatResponse } from '../../../ir/index.ts';
import { isObject, type Json, type JsonDraft, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { complainOfUpstream, typeName } from '../../checked/site.ts';
import { attachCarriedSeals } from '../../shown/carried-seal.ts';
import { decodeContent } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeStop } from '../wire/stop-reason.ts';
import { decodeUsage } from '../wire/usage.ts';

/** Reads a whole answer. It names neither itself nor the model. */
export const decodeResponse = (body: Json): ChatResponse => {
  if (!isObject(body))
    throw new GatewayError('upstream_invalid', `The provider's answer must be an object, but is ${typeName(body)}.`);
  const message = objectAt(objectAt(body, 'output'), 'message');
  if (message === undefined)
    throw complainOfUpstream(
      'output.message',
      `must be an object, but is ${typeName(objectAt(body, 'output')?.['message'])}.`,
    );
  const rawStop = stringAt(body, 'stopReason') ?? '';
  const usage = decodeUsage(body);
  const serviceTier = stringAt(body['serviceTier'], 'type');
  const extras = answerExtras(body);
  return {
    id: '',
    model: '',
    choices: [
      {
        index: 0,
        blocks: attachCarriedSeals(
          decodeContent(message['content'], { path: 'output.message.content', complain: complainOfUpstream }),
          own,
        ),
        stop: decodeStop(rawStop),
        rawStop,
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

const placed: ReadonlySet<string> = new Set(['output', 'stopReason', 'usage', 'serviceTier', 'p']);

/** Members of an answer (or of the events that close one) without a place of their own: metrics, traces, fields asked for. */
export const answerExtras = (answer: JsonObject): JsonObject | undefined => {
  const extras: JsonDraft = {};
  for (const [name, value] of Object.entries(answer)) {
    if (!placed.has(name) && value !== null && value !== undefined) extras[name] = value;
  }
  return Object.keys(extras).length === 0 ? undefined : extras;
};
