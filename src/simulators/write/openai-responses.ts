import type { Json, JsonObject } from '../../core/json/json.ts';
import type {
  AnswerChoice,
  AnswerPart,
  AnswerUsage,
  SimulatedAnswer,
  WriteContext,
} from '../answer/simulated-answer.ts';
import type { SimulatedRequest, SimulatedTool } from '../simulated-request.ts';
import { identifier } from './identifier.ts';
import { logprobsJson } from './openai-chat.ts';

const usageJson = (usage: AnswerUsage): JsonObject => ({
  input_tokens: usage.inputTokens,
  input_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0 },
  output_tokens: usage.outputTokens,
  output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
  total_tokens: usage.inputTokens + usage.outputTokens,
});

const toolJson = (tool: SimulatedTool): Json => {
  if (tool.kind === 'other') return tool.value ?? null;
  const { name, description = null } = tool;
  if (tool.kind === 'custom') return { type: 'custom', description, format: tool.value ?? { type: 'text' }, name };
  return { type: 'function', description, name, parameters: tool.schema ?? null, strict: tool.strict ?? false };
};

const choiceJson = (request: SimulatedRequest): Json => {
  const choice = request.toolChoice;
  if (choice === undefined || choice.mode === 'other') return choice?.value ?? 'auto';
  const only = choice.names?.length === 1 ? choice.names[0] : undefined;
  return only === undefined ? choice.mode : { type: 'function', name: only };
};

const formatJson = (request: SimulatedRequest): Json => {
  const output = request.output;
  if (output === undefined || output.kind === 'text') return { type: 'text' };
  if (output.kind === 'json') return { type: 'json_object' };
  const { name = 'answer', description = null, schema = null, strict = false } = output;
  return { type: 'json_schema', description, name, schema, strict };
};

const responseId = (context: WriteContext): string => `resp_${identifier(`response ${context.serial}`, 48)}`;

/** How the response ended, in the dialect's words. */
export const statusOf = (choice: AnswerChoice): { readonly status: string; readonly incomplete_details: Json } => {
  if (choice.finish === 'length') return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (choice.finish === 'content-filter')
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed', incomplete_details: null };
};

interface ResponseState {
  readonly status: string;
  readonly incomplete_details: Json;
  readonly output: readonly Json[];
  readonly usage: AnswerUsage | undefined;
}

/** The response object around an output: it repeats the request's settings, as the provider does. */
export const responseObject = (
  state: ResponseState,
  at: { request: SimulatedRequest; answer: SimulatedAnswer; context: WriteContext },
): JsonObject => {
  const { request, answer, context } = at;
  const instructions = request.system.find((piece) => piece.position === 0)?.text ?? null;
  return {
    id: responseId(context),
    object: 'response',
    created_at: context.createdSeconds,
    status: state.status,
    background: false,
    error: null,
    incomplete_details: state.incomplete_details,
    instructions,
    max_output_tokens: request.maxOutputTokens ?? null,
    max_tool_calls: null,
    model: answer.model ?? context.model,
    output: state.output,
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.promptCacheKey ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.show ?? null },
    safety_identifier: null,
    service_tier: state.usage === undefined ? 'auto' : 'default',
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: formatJson(request), verbosity: request.verbosity ?? 'medium' },
    tool_choice: choiceJson(request),
    tools: request.tools.map(toolJson),
    top_logprobs: request.topLogprobs ?? 0,
    top_p: request.topP ?? 1,
    truncation: 'disabled',
    usage: state.usage === undefined ? null : usageJson(state.usage),
    user: request.user ?? null,
    metadata: request.metadata ?? {},
  };
};

/** An output item: a part that stands alone, or the texts that make one message. */
export interface OutputItem {
  readonly id: string;
  readonly parts: readonly AnswerPart[];
}

const prefixes: Readonly<Record<AnswerPart['kind'], string>> = {
  text: 'msg',
  refusal: 'msg',
  thinking: 'rs',
  'tool-call': 'fc',
  image: 'ig',
};

const isWords = (part: AnswerPart | undefined): boolean => part?.kind === 'text' || part?.kind === 'refusal';

/** The items of an answer: neighbouring texts and refusals stand in one message. */
export const outputItems = (choice: AnswerChoice, context: WriteContext): readonly OutputItem[] => {
  const groups: AnswerPart[][] = [];
  for (const part of choice.parts) {
    const last = groups.at(-1);
    if (last !== undefined && isWords(part) && isWords(last[0])) last.push(part);
    else groups.push([part]);
  }
  return groups.map((parts, index) => {
    const first = parts[0];
    const prefix = first?.kind === 'tool-call' && first.custom === true ? 'ctc' : prefixes[first?.kind ?? 'text'];
    return { id: `${prefix}_${identifier(`item ${context.serial} ${index}`, 48)}`, parts };
  });
};

export const callIdOf = (item: OutputItem): string => {
  const part = item.parts[0];
  return part?.kind === 'tool-call' && part.id !== undefined ? part.id : `call_${identifier(item.id, 24)}`;
};

/** Annotations of a text, in the flat shape of this dialect. */
export const annotationsOf = (part: AnswerPart): readonly Json[] =>
  part.kind === 'text'
    ? (part.citations ?? []).map(({ start, end, title, url }) => ({
        type: 'url_citation',
        end_index: end,
        start_index: start,
        title,
        url,
      }))
    : [];

const contentJson = (part: AnswerPart, choice: AnswerChoice): Json => {
  const text = 'pieces' in part ? part.pieces.join('') : '';
  if (part.kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', annotations: annotationsOf(part), logprobs: logprobsList(choice), text };
};

const logprobsList = (choice: AnswerChoice): Json => {
  const json = logprobsJson(choice.logprobs);
  return json !== null && typeof json === 'object' && 'content' in json ? (json['content'] ?? []) : [];
};

const encrypted = (part: AnswerPart, request: SimulatedRequest): JsonObject => {
  if (part.kind !== 'thinking' || request.include?.includes('reasoning.encrypted_content') !== true) return {};
  return { encrypted_content: `gAAAAAB${part.signature ?? btoa('simulated-reasoning')}` };
};

/** Whether the thoughts are shown: this dialect keeps them to itself unless a summary is asked for. */
export const showsThoughts = (request: SimulatedRequest): boolean => request.reasoning?.show !== undefined;

/** An item as it stands in the finished response. */
export const itemJson = (item: OutputItem, choice: AnswerChoice, request: SimulatedRequest): JsonObject => {
  const { id } = item;
  const part = item.parts[0];
  if (part?.kind === 'thinking') {
    const summary = showsThoughts(request) ? [{ type: 'summary_text', text: part.pieces.join('') }] : [];
    return { id, type: 'reasoning', ...encrypted(part, request), summary };
  }
  if (part?.kind === 'image')
    return {
      id,
      type: 'image_generation_call',
      status: 'completed',
      output_format: part.mimeType.replace('image/', ''),
      result: part.data,
    };
  if (part?.kind === 'tool-call') return callJson(item, part);
  const status = choice.finish === 'length' ? 'incomplete' : 'completed';
  return {
    id,
    type: 'message',
    status,
    content: item.parts.map((inner) => contentJson(inner, choice)),
    role: 'assistant',
  };
};

const callJson = (item: OutputItem, part: AnswerPart & { kind: 'tool-call' }): JsonObject => {
  const text = part.pieces.join('');
  const call = { call_id: callIdOf(item), name: part.name };
  if (part.custom === true) return { id: item.id, type: 'custom_tool_call', status: 'completed', ...call, input: text };
  return { id: item.id, type: 'function_call', status: 'completed', arguments: text, ...call };
};

/** A whole response. The dialect has one choice. */
export const writeOpenaiResponses = (
  answer: SimulatedAnswer,
  context: WriteContext,
  request: SimulatedRequest,
): JsonObject => {
  const choice = answer.choices[0] ?? { parts: [], finish: 'stop' as const };
  const output = outputItems(choice, context).map((item) => itemJson(item, choice, request));
  return responseObject({ ...statusOf(choice), output, usage: answer.usage }, { request, answer, context });
};
