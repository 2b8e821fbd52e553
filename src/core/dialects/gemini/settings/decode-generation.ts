import type { ChatRequest, OutputFormat } from '../../../ir/index.ts';
import { isObject, type Json, type JsonDraft, type JsonObject, unknownMembers } from '../../../json/json.ts';
import { objectValue, scalarField, stringList } from '../door/read-fields.ts';
import { camelMembers } from '../member-names.ts';
import { jsonSchemaOf } from './schema.ts';
import { decodeThinking } from './thinking.ts';

/** Scalars of `generationConfig` that are the same thing under an IR name. */
export const numberFields = {
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  maxOutputTokens: 'maxOutputTokens',
  candidateCount: 'choices',
  seed: 'seed',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  logprobs: 'topLogprobs',
} as const satisfies Readonly<Record<string, keyof ChatRequest>>;

const known = new Set([
  ...Object.keys(numberFields),
  'stopSequences',
  'responseLogprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'thinkingConfig',
]);

const path = 'generationConfig';

type Settings = Partial<{ -readonly [Name in keyof ChatRequest]: ChatRequest[Name] }>;

/** Reads `generationConfig` into the request's settings; members without a place in the IR are left in `rest`. */
export const decodeGeneration = (
  value: Json,
): { readonly settings: Settings; readonly rest: JsonObject | undefined } => {
  const config = camelMembers(objectValue(value, path));
  const settings: Settings = {};
  for (const [wire, field] of Object.entries(numberFields)) {
    const number = scalarField(config, wire, { type: 'number', path });
    if (number !== undefined) settings[field] = number;
  }
  const logprobs = scalarField(config, 'responseLogprobs', { type: 'boolean', path });
  if (logprobs !== undefined) settings.logprobs = logprobs;
  if (config['stopSequences'] !== undefined)
    settings.stop = stringList(config['stopSequences'], `${path}.stopSequences`);
  if (config['responseModalities'] !== undefined)
    settings.modalities = stringList(config['responseModalities'], `${path}.responseModalities`).map((word) =>
      word.toLowerCase(),
    );
  const rest: JsonDraft = { ...unknownMembers(config, known) };
  if (config['thinkingConfig'] !== undefined) {
    const thinking = decodeThinking(config['thinkingConfig'], `${path}.thinkingConfig`);
    if (thinking.reasoning !== undefined) settings.reasoning = thinking.reasoning;
    if (thinking.rest !== undefined) rest['thinkingConfig'] = thinking.rest;
  }
  const output = decodeOutput(config, rest);
  if (output !== undefined) settings.output = output;
  return { settings, rest: Object.keys(rest).length === 0 ? undefined : rest };
};

/** A MIME type that is neither text nor JSON (`text/x.enum`) is Gemini's own: it stays in `rest` together with its schema. */
const decodeOutput = (config: JsonObject, rest: JsonDraft): OutputFormat | undefined => {
  const mimeType = scalarField(config, 'responseMimeType', { type: 'string', path });
  const { responseSchema, responseJsonSchema } = config;
  if (mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain') {
    rest['responseMimeType'] = mimeType;
    if (responseSchema !== undefined) rest['responseSchema'] = responseSchema;
    if (responseJsonSchema !== undefined) rest['responseJsonSchema'] = responseJsonSchema;
    return undefined;
  }
  if (responseJsonSchema !== undefined) {
    // The API takes a JSON Schema of any JSON type; only an object says something.
    if (isObject(responseJsonSchema)) return { kind: 'json-schema', schema: responseJsonSchema };
    rest['responseJsonSchema'] = responseJsonSchema;
  }
  if (responseSchema !== undefined) {
    const schema = objectValue(responseSchema, `${path}.responseSchema`);
    return { kind: 'json-schema', schema: jsonSchemaOf(schema), meta: { gemini: { responseSchema: schema } } };
  }
  if (mimeType === undefined) return undefined;
  return { kind: mimeType === 'text/plain' ? 'text' : 'json' };
};
