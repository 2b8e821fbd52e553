import { type Block, type ChatResponse, type Choice, type Loss, type TextBlock, wrapSeal } from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { writeAnnotation } from '../wire/annotations.ts';
import { writeLogprobs } from '../wire/logprobs.ts';
import { writeAudio, writeImage } from '../wire/media-out.ts';
import { own } from '../wire/own.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeDetails } from '../wire/thinking.ts';
import { writeCallSeal, writeFunction, writeToolCall } from '../wire/tool-calls.ts';
import { writeUsage } from '../wire/usage.ts';
import { hidesThinking, isLegacyClient } from './client-manners.ts';

/** Writes a whole answer of POST /v1/chat/completions. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const log = new LossLog();
  const writing = {
    log,
    legacy: isLegacyClient(context.request),
    silent: hidesThinking(context.request),
    replyId: context.replyId,
  };
  dropForeign(log, response.extras);
  const body: JsonObject = {
    id: response.id === '' ? `chatcmpl-${context.replyId}` : response.id,
    object: 'chat.completion',
    created: response.createdSeconds ?? context.nowSeconds,
    model: response.model === '' ? context.request.model : response.model,
    choices: response.choices.map((choice) => encodeChoice(choice, writing)),
    ...(response.usage === undefined ? {} : { usage: writeUsage(response.usage) }),
    ...(response.serviceTier === undefined ? {} : { service_tier: response.serviceTier }),
    ...response.extras?.[own],
  };
  return { body, losses: log.list };
};

interface Writing {
  readonly log: LossLog;
  readonly legacy: boolean;
  readonly silent: boolean;
  readonly replyId: string;
}

/** Names members of an answer that only another dialect has. */
const dropForeign = (log: LossLog, extras: ChatResponse['extras']): void => {
  for (const [dialect, members] of Object.entries(extras ?? {}))
    if (dialect !== own) for (const name of Object.keys(members)) log.dropped(`extras.${name}`);
};

const encodeChoice = (choice: Choice, writing: Writing): JsonObject => {
  dropForeign(writing.log, choice.extras);
  const { message: extraMessage, logprobs: extraLogprobs, ...extras } = choice.extras?.[own] ?? {};
  const logprobs = encodeLogprobs(choice, extraLogprobs);
  return {
    index: choice.index,
    message: { ...encodeMessage(choice, writing), ...(extraMessage as JsonObject | undefined) },
    logprobs,
    finish_reason: writeStop(choice.stop, {
      legacy: writing.legacy,
      shown: choice.blocks.some((block) => block.kind === 'refusal'),
    }),
    ...extras,
  };
};

const encodeLogprobs = (choice: Choice, extra: Json | undefined): Json => {
  if (choice.logprobs === undefined && choice.refusalLogprobs === undefined && extra === undefined) return null;
  return {
    content: choice.logprobs === undefined ? null : writeLogprobs(choice.logprobs),
    refusal: choice.refusalLogprobs === undefined ? null : writeLogprobs(choice.refusalLogprobs),
    ...(extra as JsonObject | undefined),
  };
};

const encodeMessage = (choice: Choice, writing: Writing): JsonObject => {
  const draft = new MessageDraft(choice, writing);
  choice.blocks.forEach((block, index) => {
    draft.add(block, index);
  });
  return draft.finish();
};

/** Gathers the blocks of one choice into the members of one message. */
class MessageDraft {
  readonly #choice: Choice;
  readonly #writing: Writing;
  readonly #message: JsonDraft = { role: 'assistant', content: null, refusal: null };
  readonly #details: JsonObject[] = [];
  readonly #calls: Extract<Block, { kind: 'tool-call' }>[] = [];
  readonly #annotations: Json[] = [];
  readonly #images: JsonObject[] = [];

  constructor(choice: Choice, writing: Writing) {
    this.#choice = choice;
    this.#writing = writing;
  }

  add(block: Block, index: number): void {
    switch (block.kind) {
      case 'text':
        this.#addText(block, index);
        return;
      case 'thinking': {
        if (this.#writing.silent) return;
        this.#append('reasoning_content', block.text);
        const token = block.seal === undefined ? undefined : wrapSeal(block.seal, own);
        this.#details.push(...writeDetails(block, token, this.#details.length));
        return;
      }
      case 'refusal':
        this.#append('refusal', block.text);
        return;
      case 'tool-call':
        this.#calls.push(block);
        return;
      case 'media':
        this.#addMedia(block, index);
        return;
      case 'opaque':
      case 'tool-result':
        this.#drop(index, block.kind === 'opaque' ? block.type : block.kind);
        return;
    }
  }

  finish(): JsonObject {
    const message = this.#message;
    if (this.#annotations.length > 0) message['annotations'] = this.#annotations;
    if (this.#details.length > 0) message['reasoning_details'] = this.#details;
    if (this.#images.length > 0) message['images'] = this.#images;
    if (this.#calls.length > 0) this.#writeCalls();
    return message;
  }

  #addText(block: TextBlock, index: number): void {
    const start = this.#lengthOf('content');
    this.#append('content', block.text);
    if (block.seal !== undefined) Object.assign(this.#message, writeCallSeal(block.seal));
    for (const [place, citation] of (block.citations ?? []).entries()) {
      const annotation = writeAnnotation(citation, { start, end: start + block.text.length });
      if (annotation === undefined) this.#drop(index, citation.kind, `.citations[${place}]`);
      else this.#annotations.push(annotation);
    }
  }

  #addMedia(block: Extract<Block, { kind: 'media' }>, index: number): void {
    if (block.media === 'audio') {
      const audio = writeAudio(block, `audio_${this.#writing.replyId}`);
      if (audio !== undefined && this.#message['audio'] === undefined) this.#message['audio'] = audio;
      else this.#drop(index, 'audio');
      return;
    }
    const image = block.media === 'image' ? writeImage(block) : undefined;
    if (image === undefined) this.#drop(index, block.media);
    else this.#images.push(image);
  }

  #writeCalls(): void {
    const [first, ...others] = this.#calls;
    if (!this.#writing.legacy || first === undefined) {
      this.#message['tool_calls'] = this.#calls.map((call) => writeToolCall(call, call.seal));
      return;
    }
    this.#message['function_call'] = writeFunction(first);
    if (others.length > 0)
      this.#writing.log.dropped(`choices[${this.#choice.index}].tool_calls`, 'function_call holds one call');
  }

  #append(member: string, text: string): void {
    const before = this.#message[member];
    this.#message[member] = typeof before === 'string' ? before + text : text;
  }

  #lengthOf(member: string): number {
    const text = this.#message[member];
    return typeof text === 'string' ? text.length : 0;
  }

  #drop(index: number, what: string, within = ''): void {
    this.#writing.log.dropped(`choices[${this.#choice.index}].blocks[${index}]${within}`, what);
  }
}
