import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import { type JsonDraft, type JsonObject, objectAt } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { type EncodedReasoning, encodeReasoning } from '../../thinking/encode-reasoning.ts';
import { encodeSampling } from '../../thinking/encode-sampling.ts';
import { encodeCacheMark } from '../wire/cache-mark.ts';
import { own } from '../wire/dialect-name.ts';
import { continuesWithoutThoughts } from './continues-without-thoughts.ts';
import { encodeOutput } from './encode-output.ts';
import { encodeTools } from './encode-tools.ts';
import { encodeTurns } from './encode-turns.ts';

/** Writes the provider's body. Own extras are written first, so that fields of the request win over them. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnsayable(request);
  const log = new LossLog();
  const { system, messages } = encodeTurns(request, context, log);
  const maxTokens = request.maxOutputTokens ?? context.defaultMaxOutputTokens;
  const tools = encodeTools(request, log);
  const choice = tools.tool_choice?.['type'];
  const reasoning = encodeReasoning({
    request,
    context,
    maxTokens,
    callForced: choice === 'any' || choice === 'tool',
    continuesWithoutThoughts: continuesWithoutThoughts(messages),
    log,
  });
  const extras = request.extras?.[own];
  const thinking = merge(objectAt(extras, 'thinking'), reasoning.thinking);
  const body: JsonObject = {
    ...extras,
    model: context.model,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages,
    ...tools,
    ...(thinking === undefined ? {} : { thinking }),
    ...outputConfig(request, reasoning, log),
    ...encodeSampling(request, isThinking(thinking), log),
    ...encodeService(request, log),
    ...(request.stream ? { stream: true } : {}),
  };
  dropTheRest(request, log);
  return { body, losses: log.list };
};

/** Asking for these and getting an answer without them would be a wrong answer. */
const refuseUnsayable = (request: ChatRequest): void => {
  if ((request.choices ?? 1) > 1)
    throw unsupportedByTarget('choices', 'this provider gives one answer a request. Send the request several times.');
  const other = request.modalities?.find((modality) => modality.toLowerCase() !== 'text');
  if (other !== undefined) throw unsupportedByTarget('modalities', `this provider writes text, not ${other}.`);
};

const merge = (extras: JsonObject | undefined, said: JsonObject | undefined): JsonObject | undefined =>
  extras === undefined ? said : { ...extras, ...said };

const isThinking = (thinking: JsonObject | undefined): boolean =>
  thinking !== undefined && thinking['type'] !== 'disabled' && thinking['type'] !== undefined;

const outputConfig = (request: ChatRequest, reasoning: EncodedReasoning, log: LossLog): JsonObject => {
  const format = encodeOutput(request.output, log);
  const config = merge(objectAt(request.extras?.[own], 'output_config'), {
    ...(reasoning.effort === undefined ? {} : { effort: reasoning.effort }),
    ...(format === undefined ? {} : { format }),
  });
  return config === undefined || Object.keys(config).length === 0 ? {} : { output_config: config };
};

const tiers: Readonly<Record<string, string>> = {
  auto: 'auto',
  standard_only: 'standard_only',
  default: 'standard_only',
};

const encodeService = (request: ChatRequest, log: LossLog): JsonObject => {
  const draft: JsonDraft = {};
  const { serviceTier } = request;
  if (serviceTier !== undefined) {
    const tier = Object.hasOwn(tiers, serviceTier) ? tiers[serviceTier] : undefined;
    if (tier === undefined) log.dropped('serviceTier', 'this provider knows auto and standard_only');
    else draft['service_tier'] = tier;
  }
  if (request.user !== undefined)
    draft['metadata'] = { ...objectAt(request.extras?.[own], 'metadata'), user_id: request.user };
  if (request.cache !== undefined) draft['cache_control'] = encodeCacheMark(request.cache);
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
  'metadata',
  'promptCacheKey',
  'store',
] as const;

const dropTheRest = (request: ChatRequest, log: LossLog): void => {
  log.dropPresent(request, unsayable, 'this provider has no such field');
  log.dropForeignExtras(request, own);
};
