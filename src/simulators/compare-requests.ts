import type { Json, JsonObject } from '../core/json/json.ts';
import { compareConversations } from './compare/compare-conversation.ts';
import { compareReasoning } from './compare/compare-reasoning.ts';
import { compareTools } from './compare/compare-tools.ts';
import { differ } from './compare/differ.ts';
import type { SimulatedRequest } from './simulated-request.ts';

/**
 * The fields in which two requests differ, as paths of the first (`turns[2].parts[0].text`, `temperature`); `+` before a path of the second
 * marks what only the second has. What wires leave open does not count: call ids, the usage chunk of a stream, a schema's name that one
 * side cannot write, defaults against nothing, how the texts of one tool result or of one run of system prompts are cut, the order of words
 * against calls within a turn, a budget of thinking against the effort it stands for.
 */
export const compareRequests = (a: SimulatedRequest, b: SimulatedRequest): readonly string[] => {
  const found: string[] = [];
  differ(comparable(a), comparable(b), { path: '', found });
  compareReasoning(a.reasoning, b.reasoning, found);
  compareTools(a.tools, b.tools, found);
  compareConversations(a, b, found);
  return [...new Set(found)];
};

/** Words for the tier a request gets anyway. */
const usualTiers = new Set(['auto', 'default', 'standard']);

/** The members that are compared one by one. */
const comparable = (request: SimulatedRequest): JsonObject => {
  const { system, turns, tools, reasoning, include, streamUsage, ...plain } = request;
  const { toolChoice, output, modalities } = plain;
  return {
    ...(plain as unknown as JsonObject),
    toolChoice:
      toolChoice?.mode === 'auto' && toolChoice.names === undefined ? undefined : (toolChoice as unknown as Json),
    parallelToolCalls: request.parallelToolCalls === false ? false : undefined,
    output: output?.kind === 'text' ? undefined : (output as unknown as Json),
    rest: Object.fromEntries(Object.entries(request.rest).filter(([, member]) => member !== false)),
    topP: request.topP === 1 ? undefined : request.topP,
    presencePenalty: request.presencePenalty === 0 ? undefined : request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty === 0 ? undefined : request.frequencyPenalty,
    serviceTier: usualTiers.has(request.serviceTier ?? '') ? undefined : request.serviceTier,
    n: request.n === 1 ? undefined : request.n,
    logprobs: request.logprobs === true ? true : undefined,
    modalities: modalities?.every((word) => word === 'text') === true ? undefined : modalities,
  };
};
