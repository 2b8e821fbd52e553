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
import { Conversation } from './conversation.ts';
import { geminiContent } from './gemini-parts.ts';
import { camelCase, jsonSchemaOf } from './gemini-schema.ts';
import { Members } from './members.ts';
import { present } from './present.ts';

const refuse = (message: string) => refusal('gemini', { status: 400, message });

interface Leftovers {
  add(rest: JsonObject): void;
}

/** Reads a generateContent request as its documentation describes it. Unknown members go to `rest`, although the provider refuses them. */
export const decodeGemini = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members('gemini', body, '');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more) => void Object.assign(rest, more) };
  const conversation = readContents(reader, leftovers);
  const config = reader.members('generationConfig') ?? new Members('gemini', {}, 'generationConfig');
  const calling = reader.members('toolConfig');
  const request: SimulatedRequest = {
    model: (hints.model ?? reader.string('model') ?? '').replace(/^models\//, ''),
    stream: hints.stream ?? false,
    system: conversation.system,
    turns: conversation.turns,
    tools: readTools(reader, leftovers),
    ...present({
      toolChoice: readChoice(calling?.members('functionCallingConfig'), leftovers),
      output: readOutput(config),
      reasoning: readReasoning(config.members('thinkingConfig')),
      ...readSampling(config),
      serviceTier: reader.string('serviceTier'),
      metadata: reader.object('labels'),
    }),
    rest,
  };
  reader.skip('model');
  for (const left of [reader, config, calling]) leftovers.add(left?.rest() ?? {});
  return request;
};

const readSampling = (config: Members) => {
  const topLogprobs = config.integer('logprobs');
  const stop = config.strings('stopSequences');
  const temperature = config.number('temperature');
  if (temperature !== undefined && (temperature < 0 || temperature > 2)) {
    throw refuse(
      '* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].',
    );
  }
  return {
    maxOutputTokens: config.integer('maxOutputTokens'),
    temperature,
    topP: config.number('topP'),
    topK: config.number('topK'),
    seed: config.integer('seed'),
    stop: stop?.length === 0 ? undefined : stop,
    presencePenalty: config.number('presencePenalty'),
    frequencyPenalty: config.number('frequencyPenalty'),
    n: config.integer('candidateCount'),
    logprobs: config.boolean('responseLogprobs'),
    topLogprobs,
    modalities: config.strings('responseModalities')?.map((word) => word.toLowerCase()),
  };
};

const readContents = (reader: Members, leftovers: Leftovers): Conversation => {
  const conversation = new Conversation();
  const system = reader.any('systemInstruction');
  for (const text of systemTexts(system)) conversation.addSystem(text);
  const contents = reader.array('contents');
  if (contents === undefined || contents.length === 0) {
    throw refuse('* GenerateContentRequest.contents: contents is not specified\n');
  }
  contents.forEach((value, index) => {
    geminiContent(new Members('gemini', value, `contents[${index}]`), conversation, leftovers);
  });
  return conversation;
};

const systemTexts = (system: Json | undefined): readonly string[] => {
  if (typeof system === 'string') return [system];
  const parts = isObject(system) ? system['parts'] : undefined;
  const list = isArray(parts) ? parts : parts === undefined ? [] : [parts];
  return list.map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''));
};

const readTools = (reader: Members, leftovers: Leftovers): readonly SimulatedTool[] => {
  const written = reader.any('tools');
  const list = isArray(written) ? written : written === undefined ? [] : [written];
  return list.flatMap((value, index) => {
    const tool = new Members('gemini', value, `tools[${index}]`);
    const functions = (tool.array('functionDeclarations') ?? []).map((item, position) =>
      readFunction(new Members('gemini', item, `tools[${index}].function_declarations[${position}]`), leftovers),
    );
    const others = Object.entries(tool.rest()).map(
      ([path, item]): SimulatedTool => ({
        kind: 'other',
        name: camelCase(path.slice(path.lastIndexOf('.') + 1)),
        value: item ?? null,
      }),
    );
    return [...functions, ...others];
  });
};

const readFunction = (declaration: Members, leftovers: Leftovers): SimulatedTool => {
  const name = declaration.string('name');
  if (name === undefined || !/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(name)) {
    throw refuse(
      `* GenerateContentRequest.${declaration.path}.name: [Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.]\n`,
    );
  }
  const openapi = declaration.object('parameters');
  const schema =
    declaration.object('parametersJsonSchema') ?? (openapi === undefined ? undefined : jsonSchemaOf(openapi));
  declaration.skip('response', 'responseJsonSchema', 'behavior');
  const read = {
    kind: 'function' as const,
    name,
    ...present({ description: declaration.string('description'), schema }),
  };
  leftovers.add(declaration.rest());
  return read;
};

const readChoice = (calling: Members | undefined, leftovers: Leftovers): SimulatedToolChoice | undefined => {
  if (calling === undefined) return undefined;
  const mode = calling.string('mode')?.toUpperCase();
  const names = calling.strings('allowedFunctionNames');
  const allowed = names === undefined || names.length === 0 ? {} : { names };
  leftovers.add(calling.rest());
  if (mode === 'ANY') return { mode: 'required', ...allowed };
  if (mode === 'NONE') return { mode: 'none' };
  if (mode === undefined || mode === 'AUTO' || mode === 'MODE_UNSPECIFIED')
    return mode === undefined ? undefined : { mode: 'auto' };
  if (mode === 'VALIDATED') return { mode: 'auto', ...allowed };
  throw refuse(
    `Invalid value at 'tool_config.function_calling_config.mode' (type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), "${mode}"`,
  );
};

const readOutput = (config: Members): SimulatedOutput | undefined => {
  const mimeType = config.string('responseMimeType');
  const openapi = config.object('responseSchema');
  const schema = config.object('responseJsonSchema') ?? (openapi === undefined ? undefined : jsonSchemaOf(openapi));
  if (schema !== undefined) return { kind: 'json-schema', schema };
  if (mimeType === undefined || mimeType === 'text/plain') return mimeType === undefined ? undefined : { kind: 'text' };
  return { kind: 'json' };
};

const readReasoning = (thinking: Members | undefined): SimulatedReasoning | undefined => {
  if (thinking === undefined) return undefined;
  const budget = thinking.integer('thinkingBudget');
  const level = thinking.string('thinkingLevel')?.toLowerCase();
  const shown = thinking.boolean('includeThoughts');
  return {
    ...(budget === -1 ? { adaptive: true } : {}),
    ...present({
      enabled: budget === 0 ? false : undefined,
      budgetTokens: budget === undefined || budget <= 0 ? undefined : budget,
      effort: level === 'thinking_level_unspecified' ? undefined : level,
      show: shown === undefined ? undefined : String(shown),
    }),
  };
};
