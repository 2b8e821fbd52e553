import type { GatewayError } from '../../../errors/gateway-error.ts';
import type { StreamEvent, Usage } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import type { ReplyContext, StreamEncoder } from '../../dialect.ts';
import { encodeLogprobs } from '../answer/logprobs.ts';
import { encodeUsage } from '../answer/usage.ts';
import { encodeError } from './encode-error.ts';
import { type CandidateChunk, StreamChoice } from './stream-choice.ts';

/**
 * Writes events as the chunks of `streamGenerateContent?alt=sse`. Text goes out as it comes, every other block once it is whole. Finish
 * reasons, usage and what belongs to the whole answer stand in the last chunk.
 */
export class GeminiStreamEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #choices = new Map<number, StreamChoice>();
  #model: string;
  #id: string;
  /** The end of every chunk, written once. */
  #tail = '}';
  #usage: Usage | undefined;
  #closed = false;

  constructor(context: ReplyContext) {
    this.#context = context;
    this.#model = context.request.model;
    this.#id = context.replyId;
  }

  push(event: StreamEvent): readonly SseFrame[] {
    if (this.#closed) return [];
    switch (event.kind) {
      case 'response-start':
        this.#start(event.id, event.model);
        return [];
      case 'block-start':
        return this.#chunk(event.choice, this.#choice(event.choice).start(event.index, event.block));
      case 'block-delta':
        return this.#chunk(event.choice, this.#choice(event.choice).delta(event.index, event.delta));
      case 'block-end':
        return this.#chunk(event.choice, this.#choice(event.choice).end(event.index));
      case 'usage':
        this.#usage = event.usage;
        return [];
      case 'choice-end':
        this.#choice(event.choice).finish = event;
        return [];
      case 'response-end':
        this.#closed = true;
        return [this.#last(event.extras?.gemini)];
    }
  }

  fail(error: GatewayError): readonly SseFrame[] {
    if (this.#closed) return [];
    this.#closed = true;
    return [{ data: JSON.stringify(encodeError(error, this.#context.replyId)) }];
  }

  #start(id: string, model: string): void {
    if (id !== '') this.#id = id;
    if (model !== '') this.#model = model;
    this.#tail = `,"modelVersion":${JSON.stringify(this.#model)},"responseId":${JSON.stringify(this.#id)}}`;
  }

  #choice(index: number): StreamChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = new StreamChoice();
    this.#choices.set(index, choice);
    return choice;
  }

  #chunk(choice: number, { part, logprobs, grounding }: CandidateChunk): readonly SseFrame[] {
    if (part === undefined && logprobs === undefined && grounding === undefined) return [];
    const parts = part === undefined ? '' : JSON.stringify(part);
    const more = logprobs === undefined ? '' : `,"logprobsResult":${JSON.stringify(encodeLogprobs(logprobs))}`;
    const cited = grounding === undefined ? '' : `,"groundingMetadata":${JSON.stringify(grounding)}`;
    const candidate = `{"content":{"parts":[${parts}],"role":"model"},"index":${choice}${more}${cited}}`;
    return [{ data: `{"candidates":[${candidate}]${this.#tail}` }];
  }

  #last(extras: JsonObject | undefined): SseFrame {
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    const blocked = extras?.['promptFeedback'] !== undefined && choices.every(([, choice]) => choice.empty);
    const draft: JsonDraft = {};
    if (!blocked) draft['candidates'] = choices.map(([index, choice]) => choice.last(index));
    if (this.#usage !== undefined) draft['usageMetadata'] = encodeUsage(this.#usage);
    draft['modelVersion'] = this.#model;
    draft['responseId'] = this.#id;
    return { data: JSON.stringify({ ...draft, ...extras }) };
  }
}
