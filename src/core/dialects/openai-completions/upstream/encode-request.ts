import { unsupportedByTarget } from '../../../errors/gateway-error.ts';
import type { ChatRequest, Turn } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';

/** Writes a body for POST /completions. Only a bare text, with or without a system prompt before it, can be said as a prompt. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const log = new LossLog();
  log.dropForeignExtras(request, 'openai-completions');
  log.dropPresent(request, dropped);
  const { prompt, stream_options, ...extras } = request.extras?.['openai-completions'] ?? {};
  if ((request.tools?.length ?? 0) > 0)
    throw unsupportedByTarget('tools', 'a completions target has no tools; use a chat model.');
  if (request.output !== undefined && request.output.kind !== 'text')
    throw unsupportedByTarget('output', 'a completions target has no structured output; use a chat model.');
  const draft: JsonDraft = {
    model: context.model,
    prompt: request.turns.length === 0 && prompt !== undefined ? prompt : promptOf(request.turns, log),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    seed: request.seed,
    stop: request.stop,
    n: request.choices,
    logit_bias: request.logitBias,
    logprobs: request.logprobs === true ? (request.topLogprobs ?? 0) : undefined,
    user: request.user,
    ...(request.stream ? { stream: true, stream_options: streamOptions(stream_options) } : {}),
    ...extras,
  };
  for (const name in draft) if (draft[name] === undefined) delete draft[name];
  return { body: draft, losses: log.list };
};

/** Fields that chat requests have and completions do not. */
const dropped = [
  'toolChoice',
  'parallelToolCalls',
  'verbosity',
  'reasoning',
  'modalities',
  'audio',
  'serviceTier',
  'metadata',
  'promptCacheKey',
  'cache',
  'store',
] as const satisfies readonly (keyof ChatRequest)[];

const streamOptions = (own: Json | undefined): JsonObject => ({
  include_usage: true,
  ...(own as JsonObject | undefined),
});

const promptOf = (turns: readonly Turn[], log: LossLog): string => {
  const asked = turns.at(-1);
  const before = turns.slice(0, -1);
  if (asked?.role !== 'user' || before.some((turn) => turn.role !== 'system' && turn.role !== 'developer'))
    throw unsupportedByTarget(
      'messages',
      'a completions target takes one text of the user, not a conversation; use a chat model.',
    );
  if (before.length > 0) log.changed('turns[0].role', 'written before the prompt');
  return turns.map((turn, place) => textOf(turn, place, log)).join('\n\n');
};

const textOf = (turn: Turn, place: number, log: LossLog): string =>
  turn.blocks
    .map((block, index) => {
      if (block.kind !== 'text')
        throw unsupportedByTarget(
          'messages',
          `a completions target takes text only, not ${block.kind}; use a chat model.`,
        );
      if (block.cache !== undefined) log.dropped(`turns[${place}].blocks[${index}].cache`);
      return block.text;
    })
    .join('');
