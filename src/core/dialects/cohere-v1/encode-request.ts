import type { ChatRequest, OutputFormat } from '../../ir/index.ts';
import type { JsonObject } from '../../json/json.ts';
import { refuseUnsayable, sampling, unsayable } from '../cohere/upstream/encode-request.ts';
import type { EncodeContext, EncodedRequest } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { encodeTurns } from './encode-turns.ts';
import { own } from './own.ts';
import { encodeTools } from './tool-definitions.ts';

/** Writes the body of POST /v1/chat. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnsayable(request);
  const log = new LossLog();
  const tools = encodeTools(request, log);
  const format = encodeOutput(request.output, log);
  const { logprobs, ...settings } = sampling(request);
  const body: JsonObject = {
    ...request.extras?.[own],
    model: context.model,
    ...encodeTurns(request.turns, log),
    ...(tools.length === 0 ? {} : { tools }),
    ...(format === undefined ? {} : { response_format: format }),
    ...settings,
    ...(request.stream ? { stream: true } : {}),
  };
  if (logprobs === true) log.dropped('logprobs');
  log.dropPresent(request, unsayable, 'this interface has no such field');
  if (request.reasoning !== undefined) log.dropped('reasoning', 'this interface has no thoughts');
  log.dropForeignExtras(request, own);
  return { body, losses: log.list };
};

const encodeOutput = (output: OutputFormat | undefined, log: LossLog): JsonObject | undefined => {
  switch (output?.kind) {
    case undefined:
    case 'text':
      return undefined;
    case 'json':
      return { type: 'json_object' };
    case 'json-schema':
      if (output.name !== undefined) log.dropped('output.name');
      if (output.description !== undefined) log.dropped('output.description');
      return { type: 'json_object', schema: output.schema };
  }
};
