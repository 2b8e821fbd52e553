import { isObject, type Json, type JsonDraft, type JsonObject, parseJson, stringAt } from '../../../core/json/json.ts';
import type {
  RequestHints,
  SimulatedOutput,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
  SimulatedToolChoice,
} from '../../simulated-request.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { type Leftovers, refuse } from './content.ts';
import { readTurns } from './turns.ts';

/** Reads a Converse request as its documentation describes it. Unknown members go to `rest`. */
export const decodeConverse = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members('bedrock-converse', body, '');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more) => void Object.assign(rest, more) };
  const conversation = readTurns(reader, leftovers);
  const limits = reader.members('inferenceConfig');
  const config = reader.members('toolConfig');
  const fields = reader.members('additionalModelRequestFields');
  const tier = reader.members('serviceTier');
  const maxOutputTokens = limits?.integer('maxTokens');
  const tools = readTools(config, leftovers);
  if (tools.length === 0 && conversation.turns.some((turn) => turn.parts.some(isToolPart)))
    throw refuse('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  const single = fields?.members('tool_choice');
  const request: SimulatedRequest = {
    model: hints.model ?? '',
    stream: hints.stream ?? false,
    system: conversation.system,
    turns: conversation.turns,
    tools,
    ...present({
      toolChoice: readChoice(config?.members('toolChoice')),
      parallelToolCalls: single?.boolean('disable_parallel_tool_use') === true ? false : undefined,
      output: readOutput(reader.members('outputConfig')),
      reasoning: readReasoning(fields, maxOutputTokens),
      maxOutputTokens,
      temperature: inUnit(limits?.number('temperature'), 'temperature'),
      topP: inUnit(limits?.number('topP'), 'topP'),
      topK: fields?.integer('top_k') ?? fields?.members('inferenceConfig')?.integer('topK'),
      stop: nonEmpty(limits?.strings('stopSequences')),
      serviceTier: tier?.string('type'),
      metadata: reader.object('requestMetadata'),
    }),
    rest,
  };
  single?.skip('type', 'name');
  fields?.skip('inferenceConfig');
  reader.skip('outputConfig');
  for (const left of [reader, limits, config, fields, tier]) leftovers.add(left?.rest() ?? {});
  return request;
};

const nonEmpty = <Item>(list: readonly Item[] | undefined): readonly Item[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

const isToolPart = ({ kind }: { readonly kind: string }): boolean => kind === 'tool-call' || kind === 'tool-result';

const inUnit = (value: number | undefined, name: string): number | undefined => {
  if (value === undefined || (value >= 0 && value <= 1)) return value;
  const bound = value > 1 ? 'less than or equal to 1' : 'greater than or equal to 0';
  throw refuse(
    `1 validation error detected: Value '${value}' at 'inferenceConfig.${name}' failed to satisfy constraint: Member must have value ${bound}`,
  );
};

const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;

const readTools = (config: Members | undefined, leftovers: Leftovers): readonly SimulatedTool[] => {
  if (config === undefined) return [];
  const values = config.array('tools') ?? [];
  if (values.length === 0) throw refuse('The toolConfig.tools field must hold at least one tool.');
  const tools: SimulatedTool[] = [];
  for (const [index, value] of values.entries()) {
    const point = isObject(value) ? value['cachePoint'] : undefined;
    const last = tools.at(-1);
    if (point !== undefined && last !== undefined)
      tools[tools.length - 1] = { ...last, cache: stringAt(point, 'ttl') ?? '5m' };
    else tools.push(readTool(value, index, leftovers));
  }
  return tools;
};

const readTool = (value: Json, index: number, leftovers: Leftovers): SimulatedTool => {
  const holder = new Members('bedrock-converse', value, `toolConfig.tools.${index}`);
  const spec = holder.members('toolSpec');
  if (spec === undefined) return { kind: 'other', name: isObject(value) ? (Object.keys(value)[0] ?? '') : '', value };
  const name = spec.string('name');
  if (name === undefined || !namePattern.test(name))
    throw refuse(
      `1 validation error detected: Value '${name ?? ''}' at 'toolConfig.tools.${index + 1}.member.toolSpec.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
    );
  const description = spec.string('description');
  if (description === '')
    throw refuse(
      `Value at 'toolConfig.tools.${index + 1}.member.toolSpec.description' must have length greater than or equal to 1`,
    );
  const schema = spec.members('inputSchema')?.object('json');
  if (schema?.['type'] !== 'object')
    throw refuse(
      `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`,
    );
  spec.skip('inputSchema');
  const strict = spec.boolean('strict') === true ? { strict: true as const } : {};
  leftovers.add(spec.rest());
  return { kind: 'function', name, schema, ...strict, ...present({ description }) };
};

const readChoice = (choice: Members | undefined): SimulatedToolChoice | undefined => {
  if (choice === undefined) return undefined;
  if (choice.object('auto') !== undefined) return { mode: 'auto' };
  if (choice.object('any') !== undefined) return { mode: 'required' };
  const name = choice.members('tool')?.string('name');
  if (name === undefined) throw refuse('The toolChoice field must name exactly one of auto, any and tool.');
  return { mode: 'required', names: [name] };
};

const readOutput = (config: Members | undefined): SimulatedOutput | undefined => {
  const wanted = config?.members('textFormat')?.members('structure')?.members('jsonSchema');
  if (wanted === undefined) return undefined;
  const schema = parseJson(wanted.string('schema') ?? '');
  if (!isObject(schema)) throw refuse('The JSON schema of outputConfig is not valid JSON.');
  return {
    kind: 'json-schema',
    schema,
    ...present({ name: wanted.string('name'), description: wanted.string('description') }),
  };
};

/** Each family of models has its own words for thinking. */
const readReasoning = (fields: Members | undefined, limit: number | undefined): SimulatedReasoning | undefined => {
  if (fields === undefined) return undefined;
  const config = fields.any('reasoning_config');
  const word = fields.string('reasoning_effort') ?? (typeof config === 'string' ? config : undefined);
  if (word !== undefined) return { effort: word };
  const nova = fields.members('reasoningConfig');
  if (nova !== undefined)
    return { enabled: nova.string('type') === 'enabled', ...present({ effort: nova.string('maxReasoningEffort') }) };
  const thinking = isObject(config) ? fields.members('reasoning_config') : fields.members('thinking');
  const effort = fields.members('output_config')?.string('effort');
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  const type = thinking.string('type');
  const budgetTokens = thinking.integer('budget_tokens');
  checkBudget(type, budgetTokens, limit);
  return {
    enabled: type !== 'disabled',
    ...(type === 'adaptive' ? { adaptive: true as const } : {}),
    ...present({ budgetTokens, effort, show: thinking.string('display') }),
  };
};

const checkBudget = (type: string | undefined, budget: number | undefined, limit: number | undefined): void => {
  if (type !== 'enabled') return;
  if (budget === undefined)
    throw refuse('The model returned the following errors: thinking.enabled.budget_tokens: Field required');
  if (limit === undefined || limit > budget) return;
  throw refuse('The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`.');
};

/** A count's body holds the request it counts. */
export const decodeConverseCount = (body: Json, hints: RequestHints): SimulatedRequest => {
  const asked = new Members('bedrock-converse', body, '').members('input')?.object('converse');
  if (asked === undefined) throw refuse('The input field must hold converse or invokeModel.');
  return decodeConverse(asked as JsonObject, hints);
};
