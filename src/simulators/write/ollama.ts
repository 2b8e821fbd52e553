import { isObject, type Json, type JsonObject, parseJson } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { textTokens } from '../answer/count-tokens.ts';
import { defaultDimensions, embeddingVector } from '../answer/embedding-vector.ts';
import type {
  AnswerChoice,
  AnswerPart,
  SimulatedAnswer,
  TokenLogprob,
  WriteContext,
} from '../answer/simulated-answer.ts';
import type { SimulatedEmbeddingRequest } from '../decode/embeddings.ts';
import { identifier } from './identifier.ts';

type Form = 'chat' | 'generate';

const head = (context: WriteContext): JsonObject => ({
  model: context.model,
  created_at: new Date(context.createdSeconds * 1000).toISOString(),
});

/** A simulated machine says a token in a millisecond. Times are in nanoseconds. */
const nanosecondsPerToken = 1_000_000;

const ending = (answer: SimulatedAnswer, choice: AnswerChoice | undefined): JsonObject => {
  const { inputTokens, outputTokens } = answer.usage;
  return {
    done: true,
    done_reason: choice?.finish === 'length' ? 'length' : 'stop',
    total_duration: (inputTokens + outputTokens) * nanosecondsPerToken,
    load_duration: 1,
    prompt_eval_count: inputTokens,
    prompt_eval_duration: inputTokens * nanosecondsPerToken,
    eval_count: outputTokens,
    eval_duration: outputTokens * nanosecondsPerToken,
  };
};

const joined = (parts: readonly AnswerPart[], kinds: readonly AnswerPart['kind'][]): string =>
  parts.map((part) => (part.kind !== 'image' && kinds.includes(part.kind) ? part.pieces.join('') : '')).join('');

const callJson = (part: Extract<AnswerPart, { kind: 'tool-call' }>, index: number, serial: string): JsonObject => {
  const text = part.pieces.join('');
  const parsed = parseJson(text);
  return {
    id: part.id ?? `call_${identifier(`${serial} ${index}`, 8)}`,
    function: { index, name: part.name, arguments: isObject(parsed) ? parsed : { input: text } },
  };
};

const callsOf = (parts: readonly AnswerPart[], serial: string): readonly JsonObject[] =>
  parts.filter((part) => part.kind === 'tool-call').map((part, index) => callJson(part, index, serial));

const logprobsOf = (tokens: readonly TokenLogprob[]): Json =>
  tokens.map(({ token, logprob, top }) => ({ token, logprob, top_logprobs: top.map((one) => ({ ...one })) }));

/** The members of one object's message. */
interface Said {
  readonly content: string;
  readonly thinking?: string;
  readonly images?: readonly string[];
  readonly tool_calls?: readonly JsonObject[];
}

const place = (form: Form, { content, ...rest }: Said): JsonObject =>
  form === 'chat' ? { message: { role: 'assistant', content, ...rest } } : { response: content, ...rest };

const plain =
  (form: Form) =>
  (answer: SimulatedAnswer, context: WriteContext): JsonObject => {
    const choice = answer.choices[0];
    const parts = choice?.parts ?? [];
    const thinking = joined(parts, ['thinking']);
    const calls = callsOf(parts, context.serial);
    const images = parts.flatMap((part) => (part.kind === 'image' ? [part.data] : []));
    const said: Said = {
      content: joined(parts, ['text', 'refusal']),
      ...(thinking === '' ? {} : { thinking }),
      ...(images.length === 0 ? {} : { images }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
    const logprobs = choice?.logprobs;
    return {
      ...head({ ...context, model: answer.model ?? context.model }),
      ...place(form, said),
      ...ending(answer, choice),
      ...(logprobs === undefined ? {} : { logprobs: logprobsOf(logprobs) }),
    };
  };

const stream =
  (form: Form) =>
  (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
    const choice = answer.choices[0];
    const top = head({ ...context, model: answer.model ?? context.model });
    let calls = 0;
    const told = (choice?.parts ?? []).flatMap((part): readonly Said[] => {
      if (part.kind === 'tool-call') return [{ content: '', tool_calls: [callJson(part, calls++, context.serial)] }];
      if (part.kind === 'image') return [{ content: '', images: [part.data] }];
      return part.pieces.map((text) =>
        part.kind === 'thinking' ? { content: '', thinking: text } : { content: text },
      );
    });
    const logprobs = choice?.logprobs;
    const first = told.findIndex((said) => said.content !== '');
    const objects = told.map((said, index) => ({
      ...top,
      ...place(form, said),
      done: false,
      ...(logprobs !== undefined && index === first ? { logprobs: logprobsOf(logprobs) } : {}),
    }));
    const last = { ...top, ...place(form, { content: '' }), ...ending(answer, choice) };
    return [...objects, last].map((object) => ({ data: JSON.stringify(object) }));
  };

export const writeOllama = plain('chat');
export const streamOllama = stream('chat');
export const writeOllamaGenerate = plain('generate');
export const streamOllamaGenerate = stream('generate');

/** The answer of /api/embed, or of /api/embeddings when one vector is asked for. */
export const writeOllamaEmbeddings = (request: SimulatedEmbeddingRequest): JsonObject => {
  const vectors = request.inputs.map((input) => [...embeddingVector(input, request.dimensions ?? defaultDimensions)]);
  if (!request.batch) return { embedding: vectors[0] ?? [] };
  return {
    model: request.model,
    embeddings: vectors,
    total_duration: nanosecondsPerToken,
    load_duration: 1,
    prompt_eval_count: request.inputs.reduce((sum, input) => sum + textTokens(input), 0),
  };
};
