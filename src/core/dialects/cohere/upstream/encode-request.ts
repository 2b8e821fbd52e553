import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest, OutputFormat, Reasoning } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { budgetForEffort } from '../../reasoning-budget.ts';
import { own, ownMeta } from '../wire/own.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';

/** Writes the body of POST /v2/chat. Own extras are written first, so that fields of the request win over them. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnsayable(request);
  const log = new LossLog();
  const { messages, documents } = encodeMessages(request, log);
  const thinking = encodeThinking(request.reasoning, log);
  const format = encodeOutput(request.output, log);
  const body: JsonObject = {
    ...request.extras?.[own],
    model: context.model,
    messages,
    ...(documents.length === 0 ? {} : { documents }),
    ...encodeTools(request, log),
    ...(format === undefined ? {} : { response_format: format }),
    ...(thinking === undefined ? {} : { thinking }),
    ...sampling(request),
    ...(request.stream ? { stream: true } : {}),
  };
  dropTheRest(request, log);
  return { body, losses: log.list };
};

/** Asking for these and getting an answer without them would be a wrong answer. */
export const refuseUnsayable = (request: ChatRequest): void => {
  if ((request.choices ?? 1) > 1)
    throw unsupportedByTarget('choices', 'this provider gives one answer a request. Send the request several times.');
  const other = request.modalities?.find((modality) => modality.toLowerCase() !== 'text');
  if (other !== undefined) throw unsupportedByTarget('modalities', `this provider writes text, not ${other}.`);
};

/** `thinking` is on or off, with at most so many tokens; an effort is told as the tokens it stands for. */
const encodeThinking = (reasoning: Reasoning | undefined, log: LossLog): JsonObject | undefined => {
  if (reasoning === undefined) return undefined;
  if (reasoning.show === false) log.dropped('reasoning.show', 'this provider shows its thoughts');
  if (reasoning.summary !== undefined && reasoning.summary !== 'auto') log.dropped('reasoning.summary');
  if (reasoning.effortOnly === true) {
    log.dropped('reasoning.effort', 'nothing asks for thinking');
    return undefined;
  }
  if (reasoning.enabled === false || reasoning.effort === 'none') return { type: 'disabled' };
  const budget =
    reasoning.budgetTokens ?? (reasoning.effort === undefined ? undefined : budgetForEffort(reasoning.effort));
  if (reasoning.budgetTokens !== undefined && reasoning.effort !== undefined)
    log.dropped('reasoning.effort', 'the budget stands for it');
  if (reasoning.enabled !== true && reasoning.adaptive !== true && budget === undefined) {
    if (reasoning.show === undefined && reasoning.summary === undefined) return undefined;
    log.dropped('reasoning', 'nothing asks for thinking');
    return undefined;
  }
  if (reasoning.adaptive === true) log.changed('reasoning.adaptive', 'the model thinks as much as it likes');
  return { type: 'enabled', ...(budget === undefined ? {} : { token_budget: budget }) };
};

const encodeOutput = (output: OutputFormat | undefined, log: LossLog): JsonObject | undefined => {
  switch (output?.kind) {
    case undefined:
    case 'text':
      return undefined;
    case 'json':
      return { type: 'json_object' };
    case 'json-schema': {
      if (output.name !== undefined) log.dropped('output.name');
      if (output.description !== undefined) log.dropped('output.description');
      const member = ownMeta(output)?.['member'] === 'schema' ? 'schema' : 'json_schema';
      return { type: 'json_object', [member]: output.schema };
    }
  }
};

export const sampling = (request: ChatRequest): JsonObject => {
  const { maxOutputTokens, temperature, topP, topK, presencePenalty, frequencyPenalty, seed, stop, logprobs } = request;
  return {
    ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { p: topP }),
    ...(topK === undefined ? {} : { k: topK }),
    ...(presencePenalty === undefined ? {} : { presence_penalty: presencePenalty }),
    ...(frequencyPenalty === undefined ? {} : { frequency_penalty: frequencyPenalty }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop_sequences: stop }),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
};

export const unsayable = [
  'verbosity',
  'topLogprobs',
  'logitBias',
  'audio',
  'serviceTier',
  'user',
  'metadata',
  'promptCacheKey',
  'cache',
  'store',
] as const;

const dropTheRest = (request: ChatRequest, log: LossLog): void => {
  log.dropPresent(request, unsayable, 'this provider has no such field');
  log.dropForeignExtras(request, own);
};
