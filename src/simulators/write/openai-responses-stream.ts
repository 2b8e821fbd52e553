import type { JsonObject } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import type { AnswerChoice, AnswerPart, SimulatedAnswer, WriteContext } from '../answer/simulated-answer.ts';
import type { SimulatedRequest } from '../simulated-request.ts';
import {
  annotationsOf,
  callIdOf,
  itemJson,
  type OutputItem,
  outputItems,
  responseObject,
  showsThoughts,
  statusOf,
} from './openai-responses.ts';

type Event = JsonObject & { readonly type: string };

interface Scene {
  readonly choice: AnswerChoice;
  readonly request: SimulatedRequest;
}

/** A response as a stream, in the full grammar: every item and part opens and closes, every event is numbered. */
export const streamOpenaiResponses = (
  answer: SimulatedAnswer,
  context: WriteContext,
  request: SimulatedRequest,
): readonly SseFrame[] => {
  const choice = answer.choices[0] ?? { parts: [], finish: 'stop' as const };
  const around = { request, answer, context };
  const started = responseObject(
    { status: 'in_progress', incomplete_details: null, output: [], usage: undefined },
    around,
  );
  const items = outputItems(choice, context);
  const scene = { choice, request };
  const output = items.map((item) => itemJson(item, choice, request));
  const ended = statusOf(choice);
  const events: Event[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...itemEvents(items, scene, answer.interleaved ?? false),
    { type: `response.${ended.status}`, response: responseObject({ ...ended, output, usage: answer.usage }, around) },
  ];
  return events.map(({ type, ...rest }, sequence_number) => ({
    event: type,
    data: JSON.stringify({ type, sequence_number, ...rest }),
  }));
};

const isCall = (item: OutputItem | undefined): boolean => item?.parts[0]?.kind === 'tool-call';

/** Items one after the other; neighbouring calls in turns when the answer is interleaved. */
const itemEvents = (items: readonly OutputItem[], scene: Scene, interleaved: boolean): readonly Event[] => {
  const events: Event[] = [];
  let index = 0;
  while (index < items.length) {
    let run = 1;
    while (interleaved && isCall(items[index]) && isCall(items[index + run])) run++;
    const told = items.slice(index, index + run).map((item, offset) => oneItem(item, index + offset, scene));
    events.push(...(run === 1 ? (told[0] ?? []) : inTurns(told)));
    index += run;
  }
  return events;
};

/** Takes one event of each list in turn. */
const inTurns = (lists: readonly (readonly Event[])[]): readonly Event[] => {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();
};

const oneItem = (item: OutputItem, output_index: number, scene: Scene): readonly Event[] => {
  const part = item.parts[0];
  const done: Event = {
    type: 'response.output_item.done',
    output_index,
    item: itemJson(item, scene.choice, scene.request),
  };
  const at = { item_id: item.id, output_index };
  const added = (value: JsonObject): Event => ({ type: 'response.output_item.added', output_index, item: value });
  if (part?.kind === 'thinking') {
    return [
      added({ ...itemJson(item, scene.choice, scene.request), summary: [] }),
      ...summaryEvents(part, at, scene),
      done,
    ];
  }
  if (part?.kind === 'tool-call') return [added(openCall(item, part)), ...callEvents(part, at), done];
  if (part?.kind === 'image')
    return [
      added({ id: item.id, type: 'image_generation_call', status: 'in_progress' }),
      ...imageEvents(part, at),
      done,
    ];
  const opened = added({ id: item.id, type: 'message', status: 'in_progress', content: [], role: 'assistant' });
  return [
    opened,
    ...item.parts.flatMap((inner, content_index) => contentEvents(inner, { ...at, content_index }, scene)),
    done,
  ];
};

interface Place {
  readonly item_id: string;
  readonly output_index: number;
}

const openCall = (item: OutputItem, part: AnswerPart & { kind: 'tool-call' }): JsonObject => {
  const call = { call_id: callIdOf(item), name: part.name };
  if (part.custom === true) return { id: item.id, type: 'custom_tool_call', status: 'in_progress', ...call, input: '' };
  return { id: item.id, type: 'function_call', status: 'in_progress', arguments: '', ...call };
};

const callEvents = (part: AnswerPart & { kind: 'tool-call' }, at: Place): readonly Event[] => {
  const name = part.custom === true ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const member = part.custom === true ? 'input' : 'arguments';
  return [
    ...part.pieces.map((delta): Event => ({ type: `${name}.delta`, ...at, delta })),
    { type: `${name}.done`, ...at, [member]: part.pieces.join('') },
  ];
};

const summaryEvents = (part: AnswerPart & { kind: 'thinking' }, at: Place, scene: Scene): readonly Event[] => {
  if (!showsThoughts(scene.request)) return [];
  const place = { ...at, summary_index: 0 };
  const text = part.pieces.join('');
  return [
    { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
    ...part.pieces.map((delta): Event => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
    { type: 'response.reasoning_summary_text.done', ...place, text },
    { type: 'response.reasoning_summary_part.done', ...place, part: { type: 'summary_text', text } },
  ];
};

const imageEvents = (part: AnswerPart & { kind: 'image' }, at: Place): readonly Event[] => [
  { type: 'response.image_generation_call.in_progress', ...at },
  { type: 'response.image_generation_call.generating', ...at },
  { type: 'response.image_generation_call.partial_image', ...at, partial_image_index: 0, partial_image_b64: part.data },
  { type: 'response.image_generation_call.completed', ...at },
];

const contentEvents = (part: AnswerPart, at: Place & { content_index: number }, scene: Scene): readonly Event[] => {
  if (part.kind !== 'text' && part.kind !== 'refusal') return [];
  const text = part.pieces.join('');
  if (part.kind === 'refusal') {
    return [
      { type: 'response.content_part.added', ...at, part: { type: 'refusal', refusal: '' } },
      ...part.pieces.map((delta): Event => ({ type: 'response.refusal.delta', ...at, delta })),
      { type: 'response.refusal.done', ...at, refusal: text },
      { type: 'response.content_part.done', ...at, part: { type: 'refusal', refusal: text } },
    ];
  }
  const annotations = annotationsOf(part);
  const logprobs = tokensOf(part, scene);
  return [
    {
      type: 'response.content_part.added',
      ...at,
      part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
    },
    ...part.pieces.map(
      (delta, index): Event => ({
        type: 'response.output_text.delta',
        ...at,
        delta,
        logprobs: logprobs.slice(index, index + 1),
      }),
    ),
    ...annotations.map(
      (annotation, annotation_index): Event => ({
        type: 'response.output_text.annotation.added',
        ...at,
        annotation_index,
        annotation,
      }),
    ),
    { type: 'response.output_text.done', ...at, text, logprobs },
    { type: 'response.content_part.done', ...at, part: { type: 'output_text', annotations, logprobs, text } },
  ];
};

/** Log probabilities in the stream's leaner shape. */
const tokensOf = (part: AnswerPart, scene: Scene): readonly JsonObject[] =>
  part.kind !== 'text'
    ? []
    : (scene.choice.logprobs ?? []).map(({ token, logprob, top }) => ({
        token,
        logprob,
        top_logprobs: top.map((other) => ({ token: other.token, logprob: other.logprob })),
      }));
