import type { DialectId } from '../../src/core/ir/index.ts';
import {
  arrayAt,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../src/core/json/json.ts';

/** What a client would understand of an answer. Read from the wire by code of its own, so that no codec judges itself. */
export interface ReadAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  /** The door's own word. */
  readonly finish: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  readonly error: string | undefined;
}

interface Draft {
  text: string;
  reasoning: string;
  refusal: string;
  calls: Map<string, { name: string; arguments: string }>;
  finish: string | undefined;
  usage: { input: number; output: number } | undefined;
  error: string | undefined;
}

const emptyDraft = (): Draft => ({
  text: '',
  reasoning: '',
  refusal: '',
  calls: new Map(),
  finish: undefined,
  usage: undefined,
  error: undefined,
});

const finished = (draft: Draft): ReadAnswer => {
  const { calls, ...rest } = draft;
  return { ...rest, toolCalls: [...calls.values()] };
};

interface Frame {
  readonly event: string | undefined;
  readonly data: string;
}

const framesOf = (text: string): readonly Frame[] =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n');
      const field = (name: string): string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
      return { event: field('event')[0], data: field('data').join('\n') };
    })
    .filter((frame) => frame.data !== '');

/** Reads a whole answer or a stream, in the dialect of the door it came from. */
export const readAnswer = (dialect: DialectId, body: string, stream: boolean): ReadAnswer => {
  const reader = readers[dialect];
  const draft = emptyDraft();
  if (!stream) {
    const whole = JSON.parse(body) as Json;
    draft.error = errorOf(whole);
    if (draft.error === undefined) reader.whole(whole as JsonObject, draft);
    return finished(draft);
  }
  for (const frame of framesOf(body)) {
    if (frame.data === '[DONE]') continue;
    const value = JSON.parse(frame.data) as JsonObject;
    const error = frame.event === 'error' || value['type'] === 'error' || value['error'] ? errorOf(value) : undefined;
    if (error !== undefined && value['type'] !== 'response.created') draft.error = error;
    else reader.frame(value, draft);
  }
  return finished(draft);
};

const errorOf = (value: Json): string | undefined => {
  const first = isArray(value) ? value[0] : value;
  if (!isObject(first)) return undefined;
  const error = first['error'];
  if (isObject(error)) return stringAt(error, 'message') ?? JSON.stringify(error);
  if (typeof error === 'string') return error;
  if (first['object'] === 'error' || first['type'] === 'error') return stringAt(first, 'message') ?? 'error';
  return undefined;
};

const call = (draft: Draft, key: string): { name: string; arguments: string } => {
  const known = draft.calls.get(key);
  if (known !== undefined) return known;
  const made = { name: '', arguments: '' };
  draft.calls.set(key, made);
  return made;
};

interface Reader {
  whole(answer: JsonObject, draft: Draft): void;
  frame(frame: JsonObject, draft: Draft): void;
}

const openaiUsage = (usage: Json | undefined, draft: Draft): void => {
  if (!isObject(usage)) return;
  const input = numberAt(usage, 'prompt_tokens') ?? numberAt(usage, 'input_tokens') ?? 0;
  const output = numberAt(usage, 'completion_tokens') ?? numberAt(usage, 'output_tokens') ?? 0;
  const total = numberAt(usage, 'total_tokens');
  const reasoning = numberAt(objectAt(usage, 'completion_tokens_details'), 'reasoning_tokens') ?? 0;
  // Some hosts count reasoning beside the completion; the total tells.
  const apart = total !== undefined && reasoning > 0 && total === input + output + reasoning;
  draft.usage = { input, output: apart ? output + reasoning : output };
};

const contentText = (content: Json | undefined, draft: Draft): void => {
  if (typeof content === 'string') draft.text += content;
  for (const part of isArray(content) ? content : []) {
    if (stringAt(part, 'type') === 'text') draft.text += stringAt(part, 'text') ?? '';
    if (stringAt(part, 'type') === 'thinking')
      for (const thought of arrayAt(part, 'thinking')) draft.reasoning += stringAt(thought, 'text') ?? '';
  }
};

const chatMessage = (message: JsonObject | undefined, draft: Draft): void => {
  if (message === undefined) return;
  contentText(message['content'], draft);
  draft.reasoning += stringAt(message, 'reasoning_content') ?? stringAt(message, 'reasoning') ?? detailText(message);
  draft.refusal += stringAt(message, 'refusal') ?? '';
  arrayAt(message, 'tool_calls').forEach((item, position) => {
    const custom = objectAt(item, 'custom');
    const details = custom ?? objectAt(item, 'function');
    const target = call(draft, String(numberAt(item, 'index') ?? position));
    if (target.name === '') target.name = stringAt(details, 'name') ?? '';
    target.arguments += argumentText(details?.[custom === undefined ? 'arguments' : 'input']);
  });
  arrayAt(message, 'content_list').forEach((item, position) => {
    const use = objectAt(item, 'tool_use');
    if (use === undefined) return;
    const target = call(draft, `list${position}`);
    target.name = stringAt(use, 'name') ?? '';
    target.arguments += argumentText(use['input']);
  });
  const legacy = objectAt(message, 'function_call');
  // Some hosts write every member of the format, empty.
  if (legacy === undefined || legacy['name'] === '') return;
  const target = call(draft, 'legacy');
  target.name += stringAt(legacy, 'name') ?? '';
  target.arguments += stringAt(legacy, 'arguments') ?? '';
};

/** Some hosts show thoughts only in the typed list. */
const detailText = (message: JsonObject): string =>
  arrayAt(message, 'reasoning_details')
    .map((detail) => stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? '')
    .join('');

const argumentText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

const chatChoice = (answer: JsonObject, member: 'message' | 'delta', draft: Draft): void => {
  const choices = arrayAt(answer, 'choices').filter((choice) => (numberAt(choice, 'index') ?? 0) === 0);
  for (const choice of choices.slice(0, 1)) {
    chatMessage(objectAt(choice, member), draft);
    draft.finish = stringAt(choice, 'finish_reason') ?? draft.finish;
  }
  openaiUsage(answer['usage'] ?? objectAt(answer, 'x_groq')?.['usage'], draft);
};

const completion = (answer: JsonObject, draft: Draft): void => {
  for (const choice of arrayAt(answer, 'choices')
    .filter((item) => (numberAt(item, 'index') ?? 0) === 0)
    .slice(0, 1)) {
    draft.text += stringAt(choice, 'text') ?? '';
    draft.finish = stringAt(choice, 'finish_reason') ?? draft.finish;
  }
  openaiUsage(answer['usage'], draft);
};

const anthropicUsage = (usage: JsonObject | undefined, draft: Draft): void => {
  if (usage === undefined) return;
  const cached =
    (numberAt(usage, 'cache_read_input_tokens') ?? 0) + (numberAt(usage, 'cache_creation_input_tokens') ?? 0);
  const input = numberAt(usage, 'input_tokens');
  draft.usage = {
    input: input === undefined ? (draft.usage?.input ?? 0) : input + cached,
    output: numberAt(usage, 'output_tokens') ?? draft.usage?.output ?? 0,
  };
};

const anthropicBlock = (block: Json, key: string, draft: Draft): void => {
  if (!isObject(block)) return;
  if (block['type'] === 'text') draft.text += stringAt(block, 'text') ?? '';
  else if (block['type'] === 'thinking') draft.reasoning += stringAt(block, 'thinking') ?? '';
  else if (block['type'] === 'tool_use') {
    const target = call(draft, key);
    target.name = stringAt(block, 'name') ?? '';
    const input = block['input'];
    if (isObject(input) && Object.keys(input).length > 0) target.arguments = JSON.stringify(input);
  }
};

const anthropicDelta = (frame: JsonObject, draft: Draft): void => {
  const delta = objectAt(frame, 'delta');
  draft.text += delta?.['type'] === 'text_delta' ? (stringAt(delta, 'text') ?? '') : '';
  draft.reasoning += stringAt(delta, 'thinking') ?? '';
  const key = String(frame['index']);
  if (delta?.['type'] === 'input_json_delta' && draft.calls.has(key))
    call(draft, key).arguments += stringAt(delta, 'partial_json') ?? '';
};

const responsesItem = (item: Json, key: string, draft: Draft): void => {
  if (!isObject(item)) return;
  if (item['type'] === 'message') {
    for (const part of arrayAt(item, 'content')) {
      if (stringAt(part, 'type') === 'refusal') draft.refusal += stringAt(part, 'refusal') ?? '';
      else draft.text += stringAt(part, 'text') ?? '';
    }
  } else if (item['type'] === 'reasoning') {
    for (const part of [...arrayAt(item, 'summary'), ...arrayAt(item, 'content')])
      draft.reasoning += stringAt(part, 'text') ?? '';
  } else if (item['type'] === 'function_call' || item['type'] === 'custom_tool_call') {
    const target = call(draft, key);
    target.name = stringAt(item, 'name') ?? '';
    target.arguments = stringAt(item, 'arguments') ?? stringAt(item, 'input') ?? '';
  }
};

const responsesWhole = (answer: JsonObject, draft: Draft): void => {
  arrayAt(answer, 'output').forEach((item, index) => {
    responsesItem(item, String(index), draft);
  });
  // One local server writes its thoughts beside the items.
  if (draft.reasoning === '') draft.reasoning += stringAt(answer, 'reasoning') ?? '';
  const reason = stringAt(objectAt(answer, 'incomplete_details'), 'reason');
  const status = stringAt(answer, 'status');
  draft.finish = status === 'incomplete' && reason !== undefined ? `incomplete:${reason}` : status;
  openaiUsage(answer['usage'], draft);
};

/** A call comes whole, or in pieces by the path of each argument (one level deep is all that was ever recorded). */
const geminiCall = (made: JsonObject, draft: Draft): void => {
  const name = stringAt(made, 'name');
  const target = call(draft, String(name === undefined ? draft.calls.size - 1 : draft.calls.size));
  if (name !== undefined) {
    target.name = name;
    target.arguments = JSON.stringify(made['args'] ?? {});
  }
  for (const piece of arrayAt(made, 'partialArgs')) {
    const given = JSON.parse(target.arguments) as Record<string, Json>;
    const member = (stringAt(piece, 'jsonPath') ?? '').replace(/^\$\./, '');
    const more = stringAt(piece, 'stringValue');
    const value = objectAt({ piece }, 'piece');
    given[member] =
      more === undefined ? (value?.['numberValue'] ?? value?.['boolValue'] ?? null) : `${given[member] ?? ''}${more}`;
    target.arguments = JSON.stringify(given);
  }
};

const geminiAnswer = (answer: JsonObject, draft: Draft): void => {
  const candidate = arrayAt(answer, 'candidates').find((item) => (numberAt(item, 'index') ?? 0) === 0);
  for (const part of arrayAt(objectAt(candidate, 'content'), 'parts')) {
    if (!isObject(part)) continue;
    if (part['thought'] === true) draft.reasoning += stringAt(part, 'text') ?? '';
    else draft.text += stringAt(part, 'text') ?? '';
    const made = objectAt(part, 'functionCall');
    if (made !== undefined) geminiCall(made, draft);
  }
  const blocked = stringAt(objectAt(answer, 'promptFeedback'), 'blockReason');
  const finish = candidate === undefined ? undefined : objectAt({ candidate }, 'candidate')?.['finishReason'];
  draft.finish =
    (typeof finish === 'number' ? String(finish) : stringAt(candidate, 'finishReason')) ?? blocked ?? draft.finish;
  const usage = objectAt(answer, 'usageMetadata');
  if (usage === undefined) return;
  draft.usage = {
    input: (numberAt(usage, 'promptTokenCount') ?? 0) + (numberAt(usage, 'toolUsePromptTokenCount') ?? 0),
    output: (numberAt(usage, 'candidatesTokenCount') ?? 0) + (numberAt(usage, 'thoughtsTokenCount') ?? 0),
  };
};

const readers: Readonly<Record<DialectId, Reader>> = {
  'openai-chat': {
    whole: (answer, draft) => chatChoice(answer, 'message', draft),
    frame: (frame, draft) => chatChoice(frame, 'delta', draft),
  },
  'openai-completions': { whole: completion, frame: completion },
  'anthropic-messages': {
    whole: (answer, draft) => {
      arrayAt(answer, 'content').forEach((block, index) => {
        anthropicBlock(block, String(index), draft);
      });
      draft.finish = stringAt(answer, 'stop_reason');
      anthropicUsage(objectAt(answer, 'usage'), draft);
    },
    frame: (frame, draft) => {
      if (frame['type'] === 'message_start') {
        const message = objectAt(frame, 'message');
        arrayAt(message, 'content').forEach((block, index) => {
          anthropicBlock(block, `start${index}`, draft);
        });
        draft.finish = stringAt(message, 'stop_reason') ?? draft.finish;
        anthropicUsage(objectAt(message, 'usage'), draft);
      } else if (frame['type'] === 'content_block_start')
        anthropicBlock(frame['content_block'] ?? null, String(frame['index']), draft);
      else if (frame['type'] === 'content_block_delta') anthropicDelta(frame, draft);
      else if (frame['type'] === 'message_delta') {
        draft.finish = stringAt(objectAt(frame, 'delta'), 'stop_reason') ?? draft.finish;
        anthropicUsage(objectAt(frame, 'usage'), draft);
      }
    },
  },
  'openai-responses': {
    whole: responsesWhole,
    frame: (frame, draft) => {
      const type = stringAt(frame, 'type') ?? '';
      if (type === 'response.output_text.delta') draft.text += stringAt(frame, 'delta') ?? '';
      else if (type === 'response.refusal.delta') draft.refusal += stringAt(frame, 'delta') ?? '';
      else if (/^response\.reasoning(?:_summary)?_text\.delta$/.test(type))
        draft.reasoning += stringAt(frame, 'delta') ?? '';
      else if (type === 'response.output_item.done') {
        const item = objectAt(frame, 'item');
        if (item?.['type'] === 'function_call' || item?.['type'] === 'custom_tool_call')
          responsesItem(item, String(frame['output_index']), draft);
      } else if (type === 'response.failed') draft.error = errorOf(objectAt(frame, 'response') ?? {}) ?? 'failed';
      else if (type === 'response.completed' || type === 'response.incomplete') {
        const end = emptyDraft();
        responsesWhole(objectAt(frame, 'response') ?? {}, end);
        draft.finish = end.finish;
        draft.usage = end.usage;
      }
    },
  },
  gemini: { whole: geminiAnswer, frame: geminiAnswer },
};
