import type { ChatRequest } from '../../../ir/index.ts';
import type { JsonDraft } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { own } from '../wire/own.ts';
import { MessageWriter } from './encode-messages.ts';
import { encodeSettings } from './encode-settings.ts';
import { encodeTools } from './encode-tools.ts';

/** Writes a body for POST /api/chat. Streaming is always said, since silence asks for a stream. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const losses = new LossLog();
  losses.dropForeignExtras(request, own);
  const { options, ...extras } = request.extras?.[own] ?? {};
  const messages = new MessageWriter(losses).write(request.turns);
  const tools = request.tools === undefined ? [] : encodeTools(request, losses);
  if (request.tools === undefined && request.toolChoice !== undefined) losses.dropped('toolChoice', 'there is no tool');
  const draft: JsonDraft = {
    model: context.model,
    messages,
    stream: request.stream,
    ...(tools.length === 0 ? {} : { tools }),
    ...encodeSettings(request, options, losses),
    ...extras,
  };
  for (const name in draft) if (draft[name] === undefined) delete draft[name];
  return { body: draft, losses: losses.list };
};
