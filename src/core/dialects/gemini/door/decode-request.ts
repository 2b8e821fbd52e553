import { GatewayError } from '../../../errors/gateway-error.ts';
import type { ChatRequest } from '../../../ir/index.ts';
import { type Json, type JsonDraft, unknownMembers } from '../../../json/json.ts';
import type { DoorHints } from '../../dialect.ts';
import { camelMembers } from '../member-names.ts';
import { decodeGeneration } from '../settings/decode-generation.ts';
import { decodeToolConfig, decodeTools } from '../settings/decode-tools.ts';
import { decodeContents, decodeSystem } from './decode-contents.ts';
import { objectValue, scalarField } from './read-fields.ts';

const known = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'serviceTier',
]);

/** Reads a `generateContent` body. Model and streaming stand in the path; a model in the body counts when the path names none. */
export const decodeRequest = (body: Json, hints: DoorHints): ChatRequest => {
  const wire = camelMembers(objectValue(body, 'body'));
  const generation = wire['generationConfig'] === undefined ? undefined : decodeGeneration(wire['generationConfig']);
  const tools = wire['tools'] === undefined ? [] : decodeTools(wire['tools']);
  const toolConfig = wire['toolConfig'] === undefined ? undefined : decodeToolConfig(wire['toolConfig']);
  const serviceTier = scalarField(wire, 'serviceTier', { type: 'string', path: '' });
  const system = wire['systemInstruction'] === undefined ? [] : [decodeSystem(wire['systemInstruction'])];
  const extras: JsonDraft = { ...unknownMembers(wire, known) };
  if (generation?.rest !== undefined) extras['generationConfig'] = generation.rest;
  if (toolConfig?.rest !== undefined) extras['toolConfig'] = toolConfig.rest;
  return {
    model: readModel(hints.model ?? scalarField(wire, 'model', { type: 'string', path: '' })),
    stream: hints.stream ?? false,
    turns: [...system, ...decodeContents(wire['contents'])],
    ...(tools.length === 0 ? {} : { tools }),
    ...(toolConfig?.choice === undefined ? {} : { toolChoice: toolConfig.choice }),
    ...generation?.settings,
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { gemini: extras } }),
  };
};

/** The model's id without the `models/` that resource names begin with. */
export const readModel = (model: string | undefined): string => {
  const id = model?.startsWith('models/') === true ? model.slice('models/'.length) : model;
  if (id !== undefined && id !== '') return id;
  throw new GatewayError(
    'missing_model',
    'model: name the model in the path, such as /v1beta/models/MODEL:generateContent.',
    {
      param: 'model',
    },
  );
};
