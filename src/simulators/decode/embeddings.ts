import { isArray, isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { refusal } from '../simulator-refusal.ts';
import { Members } from './members.ts';
import { refuse, requireModel } from './openai/openai-fields.ts';
import { present } from './present.ts';

/** What an embeddings request means. Token lists and media stand as their JSON text, so every input is a text. */
export interface SimulatedEmbeddingRequest {
  readonly model: string;
  readonly inputs: readonly string[];
  /** Whether the answer is a list even for one input. */
  readonly batch: boolean;
  readonly dimensions?: number;
  readonly format?: string;
  readonly task?: string;
  readonly title?: string;
  readonly user?: string;
  readonly rest: JsonObject;
}

/** Reads an embeddings request in OpenAI's shape. */
export const decodeOpenaiEmbeddings = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('openai-chat', body, '');
  const model = requireModel(reader);
  const inputs = openaiInputs(reader);
  const dimensions = reader.integer('dimensions');
  if (dimensions !== undefined && dimensions < 1) {
    const message = `Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got ${dimensions} instead.`;
    throw refuse(reader, { param: 'dimensions', code: 'integer_below_min_value' }, message);
  }
  const format = reader.string('encoding_format');
  if (format !== undefined && format !== 'float' && format !== 'base64') {
    const message = `Invalid value: '${format}'. Supported values are: 'float' and 'base64'.`;
    throw refuse(reader, { param: 'encoding_format', code: 'invalid_value' }, message);
  }
  const said = present({ dimensions, format, task: reader.string('input_type'), user: reader.string('user') });
  return { model, inputs, batch: true, ...said, rest: reader.rest() };
};

const isTokens = (value: Json): value is readonly number[] =>
  isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');

const openaiInputs = (reader: Members): readonly string[] => {
  const input = reader.any('input');
  if (typeof input === 'string' && input !== '') return [input];
  if (input === undefined)
    throw refuse(
      reader,
      { param: 'input', code: 'missing_required_parameter' },
      "Missing required parameter: 'input'.",
    );
  if (isTokens(input)) return [JSON.stringify(input)];
  const list = isArray(input) ? input : [];
  const texts = list.flatMap((item) =>
    typeof item === 'string' ? [item] : isTokens(item) || isObject(item) ? [JSON.stringify(item)] : [],
  );
  if (texts.length > 0 && texts.length === list.length) return texts;
  throw refuse(
    reader,
    'input',
    "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  );
};

/** Reads an embedContent or batchEmbedContents request. */
export const decodeGeminiEmbeddings = (
  body: Json,
  hints: { readonly model?: string; readonly method?: string },
): SimulatedEmbeddingRequest => {
  const reader = new Members('gemini', body, '');
  const batch = hints.method === 'batchEmbedContents';
  const requests = batch ? (reader.array('requests') ?? []) : [body];
  if (requests.length === 0) {
    throw refusal('gemini', {
      status: 400,
      message: '* BatchEmbedContentsRequest.requests: at least one request must be given\n',
    });
  }
  const read = requests.map((value, index) =>
    oneGemini(new Members('gemini', value, batch ? `requests[${index}]` : '')),
  );
  const first = read[0];
  const { task, title, dimensions } = first ?? {};
  const rest = batch ? { ...reader.rest(), ...first?.rest } : (first?.rest ?? {});
  return {
    model: (hints.model ?? '').replace(/^models\//, ''),
    inputs: read.map((item) => item.text),
    batch,
    ...present({ task, title, dimensions }),
    rest,
  };
};

const oneGemini = (reader: Members) => {
  const content = reader.members('content');
  const parts = content?.array('parts') ?? [];
  if (parts.length === 0) {
    throw refusal('gemini', { status: 400, message: '* EmbedContentRequest.content: contents is not specified\n' });
  }
  const texts = parts.map((part) =>
    isObject(part) && typeof part['text'] === 'string' ? part['text'] : JSON.stringify(part),
  );
  content?.skip('role');
  reader.skip('model');
  return {
    text: texts.join('\n'),
    task: reader.string('taskType'),
    title: reader.string('title'),
    dimensions: reader.integer('outputDimensionality'),
    rest: reader.rest(),
  };
};
