import type { ChatRequest } from '../../../ir/index.ts';
import { type Json, type JsonObject, objectAt } from '../../../json/json.ts';
import { LossLog } from '../../loss-log.ts';
import { encodeFormat } from './encode-format.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { own } from './own.ts';

/** What an answer repeats of its request. Clients with strict schemas want every member, so a default or null stands for what was not said. */
export const echoRequest = (request: ChatRequest): JsonObject => {
  const extras = request.extras?.[own] ?? {};
  const tools = request.tools ?? [];
  const echo = (name: string, otherwise: Json = null): Json => extras[name] ?? otherwise;
  return {
    background: echo('background', false),
    instructions: instructionsText(request) ?? null,
    max_output_tokens: request.maxOutputTokens ?? null,
    max_tool_calls: echo('max_tool_calls'),
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: echo('previous_response_id'),
    prompt_cache_key: request.promptCacheKey ?? null,
    reasoning: {
      ...objectAt(extras, 'reasoning'),
      effort: request.reasoning?.effort ?? null,
      summary: request.reasoning?.summary ?? null,
    },
    safety_identifier: echo('safety_identifier'),
    store: request.store ?? false,
    temperature: request.temperature ?? null,
    text: {
      ...objectAt(extras, 'text'),
      format: request.output === undefined ? { type: 'text' } : encodeFormat(request.output),
      ...(request.verbosity === undefined ? {} : { verbosity: request.verbosity }),
    },
    tool_choice: (request.toolChoice && encodeToolChoice(request.toolChoice, tools)) ?? 'auto',
    tools: encodeTools(tools, { losses: new LossLog(), translated: false }),
    top_logprobs: request.topLogprobs ?? 0,
    top_p: request.topP ?? null,
    truncation: echo('truncation', 'disabled'),
    user: request.user ?? null,
  };
};

/** The text of the client's `instructions`, which stand at the head of the turns. */
export const instructionsText = (request: ChatRequest): string | undefined => {
  const texts = request.turns
    .filter(isInstructions)
    .map((turn) => turn.blocks.map((block) => ('text' in block ? block.text : '')).join(''));
  return texts.length === 0 ? undefined : texts.join('\n\n');
};

/** Whether a turn is the client's `instructions`, a member of its own on this wire. */
export const isInstructions = (turn: ChatRequest['turns'][number]): boolean =>
  turn.meta?.[own]?.['instructions'] === true;
