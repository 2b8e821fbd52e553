import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import { type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { encodeSampling } from '../../thinking/encode-sampling.ts';
import { own } from '../wire/dialect-name.ts';
import { encodeAdditionalFields } from './encode-additional-fields.ts';
import { encodeOutput } from './encode-output.ts';
import { encodeToolConfig } from './encode-tools.ts';
import { encodeTurns, type WireMessage } from './encode-turns.ts';

/** Writes the provider's body. The model stands in the path. Own extras are written first, so that fields of the request win over them. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnsayable(request);
  const log = new LossLog();
  const { system, messages } = encodeTurns(request, context, log);
  const toolConfig = encodeToolConfig(request, { context, messages, log });
  const choice = objectAt(toolConfig, 'toolChoice');
  const maxTokens = request.maxOutputTokens ?? context.defaultMaxOutputTokens;
  const fields = encodeAdditionalFields({
    request,
    context,
    maxTokens,
    callForced: choice?.['any'] !== undefined || choice?.['tool'] !== undefined,
    continuesWithoutThoughts: continuesWithoutThoughts(messages),
    log,
  });
  const extras = request.extras?.[own];
  const inference = { ...objectAt(extras, 'inferenceConfig'), ...encodeInference(request, fields, log) };
  const body: JsonDraft = {
    ...extras,
    messages,
    ...(system.length === 0 ? {} : { system }),
    ...encodeOutput(request, log),
    ...encodeService(request, log),
  };
  put(body, 'inferenceConfig', inference);
  put(body, 'toolConfig', toolConfig);
  put(body, 'additionalModelRequestFields', fields);
  dropTheRest(request, log);
  return { body, losses: log.list };
};

const put = (body: JsonDraft, name: string, value: JsonObject | undefined): void => {
  if (value === undefined || Object.keys(value).length === 0) delete body[name];
  else body[name] = value;
};

/** Asking for these and getting an answer without them would be a wrong answer. */
const refuseUnsayable = (request: ChatRequest): void => {
  if ((request.choices ?? 1) > 1)
    throw unsupportedByTarget('choices', 'this provider gives one answer a request. Send the request several times.');
  const other = request.modalities?.find((modality) => modality.toLowerCase() !== 'text');
  if (other !== undefined) throw unsupportedByTarget('modalities', `this provider writes text, not ${other}.`);
};

const encodeInference = (request: ChatRequest, fields: JsonObject, log: LossLog): JsonObject => {
  const thinking = objectAt(fields, 'thinking');
  // What a client of this dialect says passes as it is: it knows its model.
  const native = objectAt(request.meta?.[own], 'fields') !== undefined;
  const thinks = !native && thinking !== undefined && thinking['type'] !== 'disabled';
  const { temperature, top_p, stop_sequences } = encodeSampling(withoutTopK(request), thinks, log);
  const limit = request.maxOutputTokens;
  const draft: JsonDraft = {};
  if (limit !== undefined) draft['maxTokens'] = limit;
  if (temperature !== undefined) draft['temperature'] = temperature;
  if (top_p !== undefined) draft['topP'] = top_p;
  if (stop_sequences !== undefined) draft['stopSequences'] = stop_sequences;
  return !native && isAtFullEffort(fields) ? withoutLimits(draft, log) : draft;
};

/** That one stands among the additional fields. */
const withoutTopK = ({ topK: _topK, ...rest }: ChatRequest): ChatRequest => rest;

const isAtFullEffort = (fields: JsonObject): boolean =>
  objectAt(fields, 'reasoningConfig')?.['maxReasoningEffort'] === 'high';

/** At its highest effort such a model takes neither a limit nor sampling. */
const withoutLimits = (draft: JsonDraft, log: LossLog): JsonDraft => {
  const { maxTokens, temperature, topP, ...rest } = draft;
  if (maxTokens !== undefined) log.dropped('maxOutputTokens', 'the model takes no limit at its highest effort');
  if (temperature !== undefined) log.dropped('temperature', 'the model takes none at its highest effort');
  if (topP !== undefined) log.dropped('topP', 'the model takes none at its highest effort');
  return rest;
};

/** With a budget, an assistant turn that is still going on (a prefill, or calls whose results come last) must begin with its thoughts. */
const continuesWithoutThoughts = (messages: readonly WireMessage[]): boolean => {
  const last = messages.at(-1);
  const answersCalls = last?.role === 'user' && last.content[0]?.['toolResult'] !== undefined;
  const current = last?.role === 'assistant' ? last : answersCalls ? messages.at(-2) : undefined;
  return current?.role === 'assistant' && current.content[0]?.['reasoningContent'] === undefined;
};

const tiers: Readonly<Record<string, string>> = {
  default: 'default',
  standard_only: 'default',
  priority: 'priority',
  flex: 'flex',
  reserved: 'reserved',
};

const encodeService = (request: ChatRequest, log: LossLog): JsonObject => {
  const { serviceTier, metadata } = request;
  const draft: JsonDraft = {};
  const tier = serviceTier !== undefined && Object.hasOwn(tiers, serviceTier) ? tiers[serviceTier] : undefined;
  if (tier !== undefined) draft['serviceTier'] = { type: tier };
  else if (serviceTier !== undefined && serviceTier !== 'auto')
    log.dropped('serviceTier', 'this provider knows default, priority, flex and reserved');
  if (metadata === undefined) return draft;
  const texts = Object.entries(metadata).filter(([, value]) => typeof value === 'string');
  if (texts.length < Object.keys(metadata).length) log.changed('metadata', 'only texts are taken');
  if (texts.length > 0) draft['requestMetadata'] = Object.fromEntries(texts);
  return draft;
};

const unsayable = [
  'verbosity',
  'presencePenalty',
  'frequencyPenalty',
  'seed',
  'logprobs',
  'topLogprobs',
  'logitBias',
  'audio',
  'user',
  'promptCacheKey',
  'store',
] as const;

const dropTheRest = (request: ChatRequest, log: LossLog): void => {
  log.dropPresent(request, unsayable, 'this provider has no such field');
  log.dropForeignExtras(request, own);
};
