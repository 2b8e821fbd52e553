import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import { type Json, type JsonDraft, type JsonObject, setMember } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { own } from '../wire/own.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeReasoning } from './encode-reasoning.ts';
import { encodeOutput, encodeTools } from './encode-tools.ts';

/** Writes a body for POST /chat/completions. Usage is always asked for; the door shows it only to clients that did. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnread(request);
  const log = new LossLog();
  log.dropForeignExtras(request, own);
  const messages = encodeMessages(request, context, log);
  const { stream_options, ...extras } = request.extras?.[own] ?? {};
  const draft: JsonDraft = {
    model: context.model,
    messages,
    ...encodeTools(request, { log, cacheMarks: context.traits.has('cache-marks') }),
    ...encodeSettings(request, log),
    response_format: request.output && encodeOutput(request.output),
    ...encodeReasoning(request, log),
    ...encodeMarks(request, context, log),
    ...(request.stream ? { stream: true, stream_options: { include_usage: true, ...asObject(stream_options) } } : {}),
    ...extras,
  };
  return { body: written(draft), losses: log.list };
};

/** The members that have a value. Copied, since deleting the others is slower and makes what stays slow to write. */
const written = (draft: JsonDraft): JsonObject => {
  const body: JsonDraft = {};
  for (const name in draft) if (draft[name] !== undefined) setMember(body, name, draft[name]);
  return body;
};

/** A request without turns holds its prompt in a form only its own dialect can say (token lists, several prompts). */
const refuseUnread = (request: ChatRequest): void => {
  if (request.turns.length > 0) return;
  throw new GatewayError(
    'unsupported_by_target',
    'prompt: this target holds one conversation; send a single text instead of several prompts or token ids.',
    { param: 'prompt' },
  );
};

/** Anthropic's word for "no priority" is `standard_only`. */
const encodeTier = (tier: string | undefined, log: LossLog): string | undefined => {
  if (tier !== 'standard_only') return tier;
  log.changed('serviceTier', 'written as default');
  return 'default';
};

const encodeSettings = (request: ChatRequest, log: LossLog): JsonDraft => ({
  verbosity: request.verbosity,
  max_completion_tokens: request.maxOutputTokens,
  temperature: request.temperature,
  top_p: request.topP,
  top_k: request.topK,
  presence_penalty: request.presencePenalty,
  frequency_penalty: request.frequencyPenalty,
  seed: request.seed,
  stop: request.stop,
  n: request.choices,
  logprobs: request.logprobs,
  top_logprobs: request.topLogprobs,
  logit_bias: request.logitBias,
  modalities: request.modalities,
  audio: request.audio,
  service_tier: encodeTier(request.serviceTier, log),
  user: request.user,
  metadata: request.metadata,
  prompt_cache_key: request.promptCacheKey,
  store: request.store,
});

/** A mark on the whole request, for hosts that read marks. */
const encodeMarks = (request: ChatRequest, context: EncodeContext, log: LossLog): JsonDraft => {
  if (request.cache === undefined) return {};
  if (context.traits.has('cache-marks'))
    return {
      cache_control: { type: 'ephemeral', ...(request.cache.ttl === undefined ? {} : { ttl: request.cache.ttl }) },
    };
  log.dropped('cache');
  return {};
};

const asObject = (value: Json | undefined): JsonObject | undefined => value as JsonObject | undefined;
