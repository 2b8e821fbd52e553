import type { Block, StreamEvent, Usage } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { echoRequest } from '../wire/echo.ts';
import { namespacedTools } from '../wire/namespaces.ts';
import { own } from '../wire/own.ts';
import { type Ending, encodeStop, type Stop } from '../wire/stop-reason.ts';
import { encodeUsage } from '../wire/usage.ts';
import type { BlockWriter, WriterScope } from './block-writer.ts';
import { CallWriter, PictureWriter, writeOpaque } from './item-writers.ts';
import { type Emit, OutputItems } from './output-items.ts';
import { ReasoningWriter } from './reasoning-writer.ts';
import { RefusalWriter, TextWriter } from './text-writer.ts';

type Started = Extract<StreamEvent, { readonly kind: 'response-start' }>;

export interface AnswerError {
  readonly code: string;
  readonly message: string;
}

/**
 * Builds an answer from its events and sends each step to `emit`. Whole answers and streams are both written by it, so that they say the same.
 * This wire has one choice: those beyond the first are dropped.
 */
export class AnswerWriter {
  readonly losses = new LossLog();
  readonly #context: ReplyContext;
  readonly #emit: Emit;
  readonly #items: OutputItems;
  readonly #scope: Omit<WriterScope, 'path'>;
  readonly #echo: JsonObject;
  readonly #open = new Map<number, BlockWriter>();
  #start: Started | undefined;
  #usage: Usage | undefined;
  #stop: Stop = { stop: 'other', rawStop: '' };

  constructor(context: ReplyContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
    this.#items = new OutputItems(context.replyId, emit);
    this.#echo = echoRequest(context.request);
    this.#scope = {
      items: this.#items,
      emit,
      losses: this.losses,
      replyId: context.replyId,
      namespaced: namespacedTools(context.request.tools),
    };
  }

  push(event: StreamEvent): void {
    switch (event.kind) {
      case 'response-start':
        this.#begin(event);
        return;
      case 'block-start':
        this.#openBlock(event);
        return;
      case 'block-delta':
        if (event.choice === 0) this.#open.get(event.index)?.delta(event.delta);
        return;
      case 'block-end':
        this.#endBlock(event);
        return;
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'choice-end':
        if (event.choice === 0) this.#stop = event;
        else this.#dropChoice(event.choice);
        return;
      case 'response-end':
        this.#finish(event.serviceTier, event.extras?.[own]);
        return;
    }
  }

  /** The answer as it stands. Output items are shared with the writer, not copied. */
  body(ending: Ending, more: JsonObject = {}): JsonObject {
    const { request, replyId, nowSeconds } = this.#context;
    const id = this.#start?.id ?? '';
    const tier = this.#start?.serviceTier ?? request.serviceTier;
    return {
      id: id === '' ? `resp_${replyId}` : id,
      object: 'response',
      created_at: this.#start?.createdSeconds ?? nowSeconds,
      status: ending.status,
      error: null,
      incomplete_details: ending.reason === undefined ? null : { reason: ending.reason },
      model: this.#start?.model || request.model,
      output: this.#items.wires,
      usage: this.#usage === undefined ? null : encodeUsage(this.#usage),
      ...this.#echo,
      ...(tier === undefined ? {} : { service_tier: tier }),
      ...this.#start?.extras?.[own],
      ...more,
    };
  }

  /** Ends the answer as broken off. What was written so far stays in it. */
  fail(error: AnswerError): void {
    if (this.#start === undefined) this.#begin({ kind: 'response-start', id: '', model: '' });
    this.#emit('response.failed', { response: this.body({ status: 'failed' }, { error: { ...error } }) });
  }

  #begin(event: Started): void {
    this.#start = event;
    const response = this.body({ status: 'in_progress' });
    this.#emit('response.created', { response });
    this.#emit('response.in_progress', { response });
  }

  #openBlock(event: Extract<StreamEvent, { readonly kind: 'block-start' }>): void {
    if (event.choice !== 0) {
      this.#dropChoice(event.choice);
      return;
    }
    const path = `choices[0].blocks[${event.index}]`;
    const writer = openWriter(event.block, { ...this.#scope, path });
    if (writer !== undefined) this.#open.set(event.index, writer);
  }

  #dropChoice(choice: number): void {
    this.losses.dropped(`choices[${choice}]`, 'an answer has one choice');
  }

  #endBlock(event: Extract<StreamEvent, { readonly kind: 'block-end' }>): void {
    if (event.choice !== 0) return;
    this.#open.get(event.index)?.end();
    this.#open.delete(event.index);
  }

  #finish(serviceTier: string | undefined, extras: JsonObject | undefined): void {
    const ending = encodeStop(this.#stop);
    const last = this.#items.joinable('message');
    if (last !== undefined && ending.status === 'incomplete') last.wire['status'] = 'incomplete';
    this.#items.closeLast();
    const more = { ...extras, ...(serviceTier === undefined ? {} : { service_tier: serviceTier }) };
    const error = ending.status === 'failed' ? { error: brokenOff } : {};
    this.#emit(terminalEvents[ending.status] ?? 'response.completed', {
      response: this.body(ending, { ...more, ...error }),
    });
  }
}

const brokenOff = { code: 'server_error', message: 'The provider broke the answer off.' };

const terminalEvents: Readonly<Record<string, string | undefined>> = {
  incomplete: 'response.incomplete',
  failed: 'response.failed',
};

/** Undefined for a block that is written at once, or has no place. */
const openWriter = (block: Block, scope: WriterScope): BlockWriter | undefined => {
  switch (block.kind) {
    case 'text':
      return new TextWriter(block, scope);
    case 'refusal':
      return new RefusalWriter(block, scope);
    case 'thinking':
      return new ReasoningWriter(block, scope);
    case 'tool-call':
      return new CallWriter(block, scope);
    case 'media':
      return new PictureWriter(block, scope);
    case 'opaque':
      writeOpaque(block, scope);
      return undefined;
    case 'tool-result':
      scope.losses.dropped(scope.path, 'a tool result in an answer');
      return undefined;
  }
};
