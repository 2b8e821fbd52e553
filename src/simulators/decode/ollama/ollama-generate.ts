import type { Json, JsonDraft, JsonObject } from '../../../core/json/json.ts';
import type { RequestHints, SimulatedRequest } from '../../simulated-request.ts';
import { Conversation } from '../conversation.ts';
import type { SimulatedEmbeddingRequest } from '../embeddings.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { imageParts, type Leftovers, refuse, requiredModel, sharedSettings } from './ollama-fields.ts';

/** Reads a request of /api/generate as its documentation describes it. */
export const decodeOllamaGenerate = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members('ollama-generate', body, '');
  const rest: JsonDraft = {};
  const leftovers: Leftovers = { add: (more: JsonObject) => void Object.assign(rest, more) };
  const conversation = new Conversation();
  conversation.addSystem(reader.string('system') ?? '');
  conversation.add('user', [...imageParts(reader), { kind: 'text', text: reader.string('prompt') ?? '' }]);
  const request: SimulatedRequest = {
    model: requiredModel(reader, hints.model),
    stream: reader.boolean('stream') ?? true,
    system: conversation.system,
    turns: conversation.turns,
    tools: [],
    ...present(sharedSettings(reader, leftovers)),
    rest,
  };
  leftovers.add(said(reader.rest()));
  return request;
};

/** Clients that write every member leave most of them empty, which says nothing. */
const said = (rest: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  );

/** Reads a request of /api/embed, or of /api/embeddings with its one `prompt`. */
export const decodeOllamaEmbeddings = (body: Json): SimulatedEmbeddingRequest => {
  const reader = new Members('ollama', body, '');
  const model = requiredModel(reader, undefined);
  const input = reader.any('input');
  const prompt = reader.string('prompt');
  const inputs =
    typeof input === 'string' ? [input] : input === undefined ? [prompt ?? ''] : (reader.strings('input') ?? []);
  if (inputs.length === 0) throw refuse('ollama', 'invalid input type');
  return {
    model,
    inputs,
    batch: prompt === undefined,
    ...present({ dimensions: reader.integer('dimensions') }),
    rest: reader.rest(),
  };
};
