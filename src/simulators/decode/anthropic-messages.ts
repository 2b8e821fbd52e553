import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../../core/json/json.ts';
import type {
  RequestHints,
  SimulatedOutput,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
  SimulatedToolChoice,
} from '../simulated-request.ts';
import { refusal } from '../simulator-refusal.ts';
import { anthropicMessage, checkOrder } from './anthropic-message.ts';
import { cacheMark } from './cache-mark.ts';
import { Conversation } from './conversation.ts';
import { Members } from './members.ts';
import { present } from './present.ts';

/** A request refused in Anthropic's words. */
const refuseAnthropic = (message: string) => refusal('anthropic-messages', { status: 400, message });

interface Leftovers {
  add(rest: JsonObject): void;
}

/** Reads a messages request as its documentation describes it. Unknown members go to `rest`, although the provider refuses some of them. */
export const decodeAnthropicMessages = (body: Json, hints: RequestHints): SimulatedRequest =>
  decodeMessages(body, hints, true);

/** The same for `count_tokens`, which takes no limit. */
export const decodeAnthropicCount = (body: Json, hints: RequestHints): SimulatedRequest =>
  decodeMessages(body, hints, false);

const decodeMessages = (body: Json, _hints: RequestHints, limited: boolean): SimulatedRequest => {
  const reader = new Members('anthropic-messages', body, '');
  const model = reader.string('model');
  if (model === undefined || model === '') throw refuseAnthropic('model: Field required');
  const maxOutputTokens = reader.integer('max_tokens');
  if (maxOutputTokens === undefined && limited) throw refuseAnthropic('max_tokens: Field required');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more) => void Object.assign(rest, more) };
  const conversation = readMessages(reader, leftovers);
  const choice = reader.members('tool_choice');
  const disabled = choice?.boolean('disable_parallel_tool_use');
  const outputConfig = reader.members('output_config');
  const metadata = reader.members('metadata');
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? false,
    system: conversation.system,
    turns: conversation.turns,
    tools: (reader.array('tools') ?? []).map((value, index) => readTool(value, index, leftovers)),
    ...present({
      toolChoice: choice === undefined ? undefined : readChoice(choice),
      parallelToolCalls: disabled === undefined ? undefined : !disabled,
      output: readOutput(reader, outputConfig),
      reasoning: readReasoning(reader, { maxOutputTokens, effort: outputConfig?.string('effort') }),
      maxOutputTokens,
      temperature: readTemperature(reader),
      topP: reader.number('top_p'),
      topK: reader.number('top_k'),
      stop: reader.strings('stop_sequences'),
      serviceTier: reader.string('service_tier'),
      user: metadata?.string('user_id'),
      cache: cacheMark(reader.any('cache_control')),
    }),
    rest,
  };
  for (const left of [reader, outputConfig, metadata]) leftovers.add(left?.rest() ?? {});
  checkThinking(request);
  checkMarks(request);
  return request;
};

const readMessages = (reader: Members, leftovers: Leftovers): Conversation => {
  const messages = reader.array('messages');
  if (messages === undefined) throw refuseAnthropic('messages: Field required');
  if (messages.length === 0) throw refuseAnthropic('messages: at least one message is required');
  const conversation = new Conversation();
  const system = reader.any('system');
  if (typeof system === 'string') conversation.addSystem(system);
  else if (system !== undefined && !isArray(system)) throw refuseAnthropic('system: Input should be a valid string');
  for (const [index, block] of (isArray(system) ? system : []).entries()) {
    const text = isObject(block) ? block['text'] : undefined;
    if (typeof text !== 'string') throw refuseAnthropic(`system.${index}.text: Field required`);
    if (text === '') throw refuseAnthropic('system: text content blocks must be non-empty');
    conversation.addSystem(text, cacheMark(isObject(block) ? block['cache_control'] : undefined));
  }
  checkOrder(messages);
  messages.forEach((value, index) => {
    const last = index === messages.length - 1;
    anthropicMessage(
      { message: new Members('anthropic-messages', value, `messages.${index}`), last },
      conversation,
      leftovers,
    );
  });
  return conversation;
};

const namePattern = /^[a-zA-Z0-9_-]{1,128}$/;

const readTool = (value: Json, index: number, leftovers: Leftovers): SimulatedTool => {
  const tool = new Members('anthropic-messages', value, `tools.${index}`);
  const type = tool.string('type') ?? 'custom';
  const cache = cacheMark(tool.any('cache_control'));
  if (type !== 'custom') return { kind: 'other', name: type, value, ...present({ cache }) };
  const path = `tools.${index}.custom`;
  const name = tool.string('name');
  if (name === undefined) throw refuseAnthropic(`${path}.name: Field required`);
  if (!namePattern.test(name))
    throw refuseAnthropic(`${path}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  const schema = tool.object('input_schema');
  if (schema === undefined) throw refuseAnthropic(`${path}.input_schema: Field required`);
  if (schema['type'] === undefined) throw refuseAnthropic(`${path}.input_schema.type: Field required`);
  const strict = tool.boolean('strict') === true ? { strict: true as const } : {};
  const read = {
    kind: 'function' as const,
    name,
    schema,
    ...strict,
    ...present({ description: tool.string('description'), cache }),
  };
  leftovers.add(tool.rest());
  return read;
};

const readChoice = (choice: Members): SimulatedToolChoice => {
  const type = choice.string('type');
  if (type === 'auto' || type === 'none') return { mode: type };
  if (type === 'any') return { mode: 'required' };
  const name = choice.string('name');
  if (type === 'tool' && name !== undefined) return { mode: 'required', names: [name] };
  if (type === 'tool') throw refuseAnthropic('tool_choice.tool.name: Field required');
  throw refuseAnthropic(
    `tool_choice: Input tag '${type ?? ''}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`,
  );
};

const readOutput = (reader: Members, config: Members | undefined): SimulatedOutput | undefined => {
  const format = config?.members('format') ?? reader.members('output_format');
  if (format === undefined) return undefined;
  const schema = format.object('schema');
  return format.string('type') === 'json_schema' ? { kind: 'json-schema', ...present({ schema }) } : { kind: 'text' };
};

const readTemperature = (reader: Members): number | undefined => {
  const value = reader.number('temperature');
  if (value === undefined || (value >= 0 && value <= 1)) return value;
  throw refuseAnthropic('temperature: range: 0..1');
};

const readReasoning = (
  reader: Members,
  given: { maxOutputTokens: number | undefined; effort: string | undefined },
): SimulatedReasoning | undefined => {
  const thinking = reader.members('thinking');
  if (thinking === undefined) return given.effort === undefined ? undefined : { effort: given.effort };
  const type = thinking.string('type');
  if (type !== 'enabled' && type !== 'disabled' && type !== 'adaptive') {
    throw refuseAnthropic(
      `thinking: Input tag '${type ?? ''}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`,
    );
  }
  const budgetTokens = thinking.integer('budget_tokens');
  if (type === 'enabled') checkBudget(budgetTokens, given.maxOutputTokens);
  return {
    enabled: type !== 'disabled',
    ...(type === 'adaptive' ? { adaptive: true } : {}),
    ...present({ budgetTokens, effort: given.effort, show: thinking.string('display') }),
  };
};

const checkBudget = (budgetTokens: number | undefined, maxOutputTokens: number | undefined): void => {
  if (budgetTokens === undefined) throw refuseAnthropic('thinking.enabled.budget_tokens: Field required');
  if (budgetTokens < 1024)
    throw refuseAnthropic('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  if (maxOutputTokens === undefined || maxOutputTokens > budgetTokens) return;
  throw refuseAnthropic(
    '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size',
  );
};

/** Thinking excludes other settings; the provider says so in these words. */
const checkThinking = (request: SimulatedRequest): void => {
  if (request.reasoning?.enabled !== true) return;
  if (request.temperature !== undefined && request.temperature !== 1) {
    throw refuseAnthropic('`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.');
  }
  if (request.topK !== undefined)
    throw refuseAnthropic('`top_k` must be unset when thinking is enabled or in adaptive mode.');
  if (request.topP !== undefined && request.topP < 0.95) {
    throw refuseAnthropic(
      '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.',
    );
  }
  if (request.reasoning.adaptive !== true && request.toolChoice?.mode === 'required')
    throw refuseAnthropic('Thinking may not be enabled when tool_choice forces tool use.');
};

const checkMarks = (request: SimulatedRequest): void => {
  const parts = request.turns.flatMap((turn) => turn.parts);
  const marked = [...request.system, ...request.tools, ...parts].filter((item) => item.cache !== undefined).length;
  const found = marked + (request.cache === undefined ? 0 : 1);
  if (found > 4) throw refuseAnthropic(`A maximum of 4 blocks with cache_control may be provided. Found ${found}.`);
};
