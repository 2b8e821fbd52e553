import { isArray, type Json, type JsonDraft } from '../../../core/json/json.ts';
import type { RequestHints, SimulatedRequest } from '../../simulated-request.ts';
import { Members } from '../members.ts';
import { present } from '../present.ts';
import { inRange, refuse, requireModel, sharedFields, stopList } from './openai-fields.ts';

/** Reads a legacy completions request. A prompt becomes one user turn; a list of prompts one text part each. */
export const decodeOpenaiCompletions = (body: Json, hints: RequestHints): SimulatedRequest => {
  const reader = new Members('openai-completions', body, '');
  const model = requireModel(reader, hints.model);
  const rest: JsonDraft = {};
  const logprobs = reader.any('logprobs');
  const request: SimulatedRequest = {
    model,
    stream: reader.boolean('stream') ?? false,
    system: [],
    turns: [{ role: 'user', parts: promptTexts(reader, rest).map((text) => ({ kind: 'text' as const, text })) }],
    tools: [],
    ...present({
      ...sharedFields(reader),
      maxOutputTokens: reader.integer('max_tokens'),
      topK: reader.number('top_k'),
      seed: reader.integer('seed'),
      stop: stopList(reader),
      presencePenalty: inRange(reader, 'presence_penalty', { from: -2, to: 2 }),
      frequencyPenalty: inRange(reader, 'frequency_penalty', { from: -2, to: 2 }),
      n: reader.integer('n'),
      logprobs: logprobs === undefined ? undefined : logprobs !== false,
      topLogprobs: typeof logprobs === 'number' ? logprobs : undefined,
      logitBias: reader.object('logit_bias'),
      streamUsage: reader.members('stream_options')?.boolean('include_usage'),
    }),
    rest,
  };
  Object.assign(rest, reader.rest());
  return request;
};

/** A prompt is a text, texts, or token ids (which only the model could read: they stand in `rest`). */
const promptTexts = (reader: Members, rest: JsonDraft): readonly string[] => {
  const prompt = reader.any('prompt');
  if (prompt === undefined) return ['<|endoftext|>'];
  if (typeof prompt === 'string') return [prompt];
  if (isArray(prompt) && prompt.every((item) => typeof item === 'string')) return prompt;
  if (isArray(prompt) && prompt.every((item) => typeof item === 'number' || isArray(item))) {
    rest['prompt'] = prompt;
    return [];
  }
  throw refuse(
    reader,
    { param: 'prompt', code: 'invalid_type' },
    "Invalid type for 'prompt': expected one of a string or array of strings.",
  );
};
