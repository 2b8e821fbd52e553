import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent, TokenLogprob, Usage } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { encodeError } from '../../openai-chat/door/encode-error.ts';
import { writeStop } from '../../openai-chat/wire/stop-reason.ts';
import { writeUsage } from '../../openai-chat/wire/usage.ts';
import { writeLogprobs } from '../logprobs.ts';
import { promptLength, wordsOf } from './encode-response.ts';

/** Writes an answer as chunks of text. */
export class CompletionStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  /** Open blocks of text, as `choice/index`: thoughts and calls have no place here. */
  readonly #texts = new Set<string>();
  readonly #offsets = new Map<number, number>();
  #head = '';
  #usage: Usage | undefined;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  push(event: StreamEvent): readonly SseFrame[] {
    switch (event.kind) {
      case 'response-start':
        this.#start(event);
        return [];
      case 'block-start': {
        if (event.block.kind !== 'text' && event.block.kind !== 'refusal') return [];
        this.#texts.add(`${event.choice}/${event.index}`);
        const text = wordsOf(event.block);
        return text === '' ? [] : [this.#chunk(event.choice, text)];
      }
      case 'block-delta':
        return this.#delta(event);
      case 'block-end':
        return [];
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        return [this.#endChoice(event)];
      case 'response-end':
        return this.#end();
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    return [{ data: JSON.stringify(encodeError(error)) }];
  }

  #start(event: Extract<StreamEvent, { kind: 'response-start' }>): void {
    const { request, replyId, nowSeconds } = this.#context;
    const head = {
      id: event.id === '' ? `cmpl-${replyId}` : event.id,
      object: 'text_completion',
      created: event.createdSeconds ?? nowSeconds,
      model: event.model === '' ? request.model : event.model,
      ...event.extras?.['openai-completions'],
    };
    this.#head = `${JSON.stringify(head).slice(0, -1)},"choices":[`;
  }

  #delta(event: Extract<StreamEvent, { kind: 'block-delta' }>): readonly SseFrame[] {
    const { choice, index, delta } = event;
    if (!this.#texts.has(`${choice}/${index}`)) return [];
    if (delta.kind === 'text') return [this.#chunk(choice, delta.text)];
    return delta.kind === 'logprobs' ? [this.#chunk(choice, '', this.#logprobs(choice, delta.logprobs))] : [];
  }

  #logprobs(choice: number, list: readonly TokenLogprob[]): JsonObject {
    const offset = this.#offsets.get(choice) ?? promptLength(this.#context.request);
    this.#offsets.set(
      choice,
      list.reduce((sum, { token }) => sum + token.length, offset),
    );
    return writeLogprobs(list, offset);
  }

  #endChoice(event: Extract<StreamEvent, { kind: 'choice-end' }>): SseFrame {
    const choice = {
      text: '',
      index: event.choice,
      logprobs: null,
      finish_reason: writeStop(event.stop),
      ...event.extras?.['openai-completions'],
    };
    return { data: `${this.#head}${JSON.stringify(choice)}]}` };
  }

  #end(): readonly SseFrame[] {
    const done = { data: '[DONE]' };
    if (this.#context.request.streamUsage !== true || this.#usage === undefined) return [done];
    return [{ data: `${this.#head}],"usage":${JSON.stringify(writeUsage(this.#usage))}}` }, done];
  }

  #chunk(choice: number, text: string, logprobs: JsonObject | null = null): SseFrame {
    const rest = logprobs === null ? 'null' : JSON.stringify(logprobs);
    return {
      data: `${this.#head}{"text":${JSON.stringify(text)},"index":${choice},"logprobs":${rest},"finish_reason":null}]}`,
    };
  }
}
