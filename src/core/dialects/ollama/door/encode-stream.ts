import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Delta, StreamEvent, TokenLogprob, Usage } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import { grow } from '../../../stream/collect.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { writeLogprobs } from '../wire/logprobs.ts';
import { own } from '../wire/own.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeUsage } from '../wire/usage.ts';
import { writeCall } from './answer-message.ts';
import { encodeError } from './encode-error.ts';
import { answerHead } from './encode-response.ts';

/** How a format writes the pieces of an answer: `/api/chat` in a message, `/api/generate` beside it. */
export interface PieceForm {
  text(text: string): string;
  thinking(text: string): string;
  /** Whole calls or pictures. */
  whole(members: JsonObject): JsonObject;
}

export const chatForm: PieceForm = {
  text: (text) => `"message":{"role":"assistant","content":${JSON.stringify(text)}}`,
  thinking: (text) => `"message":{"role":"assistant","content":"","thinking":${JSON.stringify(text)}}`,
  whole: (members) => ({ message: { role: 'assistant', content: '', ...members } }),
};

/**
 * Writes an answer as one object a line. Text and thoughts go out as they come, calls and pictures once they are whole. The last object has
 * the reason and the counts. Only the first choice is shown.
 */
export class OllamaStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #form: PieceForm;
  /** Open texts by block, and whole blocks that are still growing. */
  readonly #texts = new Map<number, 'text' | 'thinking'>();
  readonly #growing = new Map<number, Block>();
  #head = '';
  #calls = 0;
  #usage: Usage | undefined;
  #reason = 'stop';
  #closed = false;

  constructor(context: ReplyContext, form: PieceForm = chatForm) {
    this.#context = context;
    this.#form = form;
    this.#begin('');
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#closed || ('choice' in event && event.choice !== 0)) return [];
    switch (event.kind) {
      case 'response-start':
        this.#begin(event.model, event.createdSeconds);
        return [];
      case 'block-start':
        return this.#start(event.index, event.block);
      case 'block-delta':
        return this.#delta(event.index, event.delta);
      case 'block-end':
        return this.#end(event.index);
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        this.#reason = writeStop(event.stop, event.rawStop);
        return [];
      case 'response-end':
        this.#closed = true;
        return [this.#last(event.extras?.[own])];
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#closed) return [];
    this.#closed = true;
    return [{ data: JSON.stringify(encodeError(error)) }];
  }

  #begin(model: string, createdSeconds?: number): void {
    const head = answerHead({ model, ...(createdSeconds === undefined ? {} : { createdSeconds }) }, this.#context);
    this.#head = `${JSON.stringify(head).slice(0, -1)},`;
  }

  #start(index: number, block: Block): readonly SseFrame[] {
    if (block.kind === 'tool-call' || block.kind === 'media') {
      this.#growing.set(index, block);
      return [];
    }
    if (block.kind !== 'text' && block.kind !== 'thinking' && block.kind !== 'refusal') return [];
    this.#texts.set(index, block.kind === 'thinking' ? 'thinking' : 'text');
    return block.text === '' ? [] : this.#delta(index, { kind: 'text', text: block.text });
  }

  #delta(index: number, delta: Delta): readonly SseFrame[] {
    if (delta.kind === 'logprobs') return [this.#tokens(delta.logprobs)];
    const kind = this.#texts.get(index);
    if (kind !== undefined) return delta.kind === 'text' ? [this.#piece(this.#form[kind](delta.text))] : [];
    const block = this.#growing.get(index);
    if (block !== undefined) this.#growing.set(index, grow(block, delta));
    return [];
  }

  #end(index: number): readonly SseFrame[] {
    const block = this.#growing.get(index);
    this.#growing.delete(index);
    if (block?.kind === 'tool-call') {
      const call = writeCall(block, { index: this.#calls++, path: '', losses: new LossLog() });
      return [this.#whole({ tool_calls: [call] })];
    }
    if (block?.kind !== 'media' || block.media !== 'image' || block.source.kind !== 'base64') return [];
    return [this.#whole({ images: [block.source.data] })];
  }

  #tokens(logprobs: readonly TokenLogprob[]): SseFrame {
    return this.#piece(`${this.#form.text('')},"logprobs":${JSON.stringify(writeLogprobs(logprobs))}`);
  }

  #whole(members: JsonObject): SseFrame {
    return this.#piece(JSON.stringify(this.#form.whole(members)).slice(1, -1));
  }

  #piece(members: string): SseFrame {
    return { data: `${this.#head}${members},"done":false}` };
  }

  #last(extras: JsonObject | undefined): SseFrame {
    const rest = {
      done_reason: this.#reason,
      ...(this.#usage === undefined ? {} : writeUsage(this.#usage)),
      ...extras,
    };
    return { data: `${this.#head}${this.#form.text('')},"done":true,${JSON.stringify(rest).slice(1)}` };
  }
}
