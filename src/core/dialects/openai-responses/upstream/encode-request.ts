import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest, Effort, Reasoning } from '../../../ir/index.ts';
import { isArray, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { effortOf } from '../../reasoning-budget.ts';
import { instructionsText } from '../wire/echo.ts';
import { encodeFormat } from '../wire/encode-format.ts';
import { encodeToolChoice, encodeTools } from '../wire/encode-tools.ts';
import { own } from '../wire/own.ts';
import { encodeInput } from './encode-input.ts';

/** Writes the provider's body. A request that came by another door is made stateless: nothing is stored, and reasoning comes back encrypted. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  refuseUnsupported(request);
  const losses = new LossLog();
  losses.dropForeignExtras(request, own);
  losses.dropPresent(request, unsaid);
  const extras = request.extras?.[own];
  const translated = extras === undefined;
  const { reasoning: extraReasoning, text: extraText, ...members } = extras ?? {};
  const body: JsonDraft = {
    model: context.model,
    ...optionalMember('instructions', instructionsText(request)),
    input: encodeInput(request, {
      losses,
      translated,
      systemOnlyAtHead: context.traits.has('no-system-turns'),
    }),
    ...toolMembers(request, losses, translated),
    ...optionalMember('text', text(request, extraText)),
    ...optionalMember('reasoning', reasoning(request.reasoning, extraReasoning, losses)),
    ...plainMembers(request, losses, translated),
    ...members,
    ...optionalMember('include', include(request, members['include'], translated)),
    ...(request.stream ? { stream: true } : {}),
  };
  return { body, losses: losses.list };
};

const optionalMember = (name: string, value: Json | undefined): JsonObject =>
  value === undefined ? {} : { [name]: value };

/** Members of a request that this wire has no word for. */
const unsaid = ['presencePenalty', 'frequencyPenalty', 'seed', 'stop', 'logitBias', 'topK', 'audio', 'cache'] as const;

/** Asking for these and getting an answer without them would be a wrong answer. */
const refuseUnsupported = (request: ChatRequest): void => {
  if ((request.choices ?? 1) > 1)
    throw unsupportedByTarget('choices', 'this provider gives one answer a request. Send the request several times.');
  if (request.modalities?.includes('audio'))
    throw unsupportedByTarget('modalities', 'the target writes no audio. Choose a model that does, or ask for text.');
};

const toolMembers = (request: ChatRequest, losses: LossLog, translated: boolean): JsonObject => {
  const tools = request.tools ?? [];
  const members: JsonDraft = {};
  if (request.tools !== undefined) members['tools'] = encodeTools(tools, { losses, translated });
  if (request.toolChoice !== undefined) {
    members['tool_choice'] = encodeToolChoice(request.toolChoice, tools);
    if (members['tool_choice'] === undefined) losses.dropped('toolChoice', 'names a tool of another provider');
  }
  if (request.parallelToolCalls !== undefined) members['parallel_tool_calls'] = request.parallelToolCalls;
  return members;
};

const text = (request: ChatRequest, extra: Json | undefined): JsonObject | undefined => {
  const format = request.output === undefined ? undefined : encodeFormat(request.output);
  if (format === undefined && request.verbosity === undefined && extra === undefined) return undefined;
  return {
    ...(extra as JsonObject | undefined),
    ...(format === undefined ? {} : { format }),
    ...(request.verbosity === undefined ? {} : { verbosity: request.verbosity }),
  };
};

const reasoning = (wanted: Reasoning | undefined, extra: Json | undefined, losses: LossLog): JsonObject | undefined => {
  const effort = wanted === undefined ? undefined : (effortOf(wanted) ?? usualEffort(wanted, losses));
  if (wanted?.budgetTokens !== undefined && effort !== undefined)
    losses.changed('reasoning.budgetTokens', `effort ${effort}`);
  // Where thinking is switched on without a word about showing it, clients see it (Anthropic); this wire shows none unasked.
  const shown = wanted?.show ?? wanted?.enabled === true;
  const summary = wanted?.summary ?? (shown && effort !== 'none' ? 'auto' : undefined);
  if (effort === undefined && summary === undefined && extra === undefined) return undefined;
  return {
    ...(extra as JsonObject | undefined),
    ...(effort === undefined ? {} : { effort }),
    ...(summary === undefined ? {} : { summary }),
  };
};

const serviceTiers = new Set(['auto', 'default', 'flex', 'priority', 'scale']);

const plainMembers = (request: ChatRequest, losses: LossLog, translated: boolean): JsonObject => {
  const tier = request.serviceTier;
  const knownTier = tier === undefined || !translated || serviceTiers.has(tier);
  if (!knownTier) losses.dropped('serviceTier', 'not a tier of the target');
  if (request.modalities?.some((kind) => kind !== 'text')) losses.dropped('modalities');
  const members: JsonDraft = {
    max_output_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    service_tier: knownTier ? tier : undefined,
    user: request.user,
    metadata: request.metadata,
    prompt_cache_key: request.promptCacheKey,
    store: request.store ?? (translated ? false : undefined),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
};

/** Thinking that was only turned on: this wire has no switch, and its middle effort is what its models do unasked. */
const usualEffort = (wanted: Reasoning, losses: LossLog): Effort | undefined => {
  if (wanted.enabled !== true || wanted.adaptive === true) return undefined;
  losses.changed('reasoning.enabled', 'effort medium');
  return 'medium';
};

const sealedReasoning = 'reasoning.encrypted_content';
const textLogprobs = 'message.output_text.logprobs';

const include = (request: ChatRequest, said: Json | undefined, translated: boolean): Json | undefined => {
  const wanted = new Set<Json>(isArray(said) ? said : []);
  if (request.meta?.[own]?.['sealedReasoning'] === true || (translated && thinks(request.reasoning)))
    wanted.add(sealedReasoning);
  if (request.logprobs) wanted.add(textLogprobs);
  return wanted.size === 0 && said === undefined ? undefined : [...wanted];
};

const silent: ReadonlySet<Effort | undefined> = new Set<Effort | undefined>(['none', undefined]);

/** Whether reasoning was asked for; models without it refuse to be asked for encrypted reasoning. */
const thinks = (wanted: Reasoning | undefined): boolean =>
  wanted !== undefined && (!silent.has(effortOf(wanted)) || wanted.enabled === true || wanted.adaptive === true);
