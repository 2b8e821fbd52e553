import { GatewayError } from '../errors/gateway-error.ts';
import {
  type Block,
  type ChatResponse,
  type Choice,
  type Delta,
  type DialectId,
  dialectIds,
  type Meta,
  type Seal,
  type StreamEvent,
  type TokenLogprob,
} from '../ir/index.ts';
import type { JsonObject } from '../json/json.ts';

/** Folds the events of one answer into the whole answer. A stream that is not finished has no answer. */
export class Collector {
  #start: Extract<StreamEvent, { kind: 'response-start' }> | undefined;
  #end: Extract<StreamEvent, { kind: 'response-end' }> | undefined;
  #usage: ChatResponse['usage'];
  readonly #choices = new Map<number, OpenChoice>();

  push(event: StreamEvent): void {
    switch (event.kind) {
      case 'response-start':
        this.#start = event;
        return;
      case 'block-start':
        this.#choice(event.choice).blocks[event.index] = event.block;
        return;
      case 'block-delta':
        this.#choice(event.choice).append(event.index, event.delta);
        return;
      case 'block-end':
        return;
      case 'usage':
        this.#usage = event.usage;
        return;
      case 'choice-end':
        this.#choice(event.choice).end = event;
        return;
      case 'response-end':
        this.#end = event;
        return;
    }
  }

  /** The whole answer. Throws `upstream_cut` when the stream has not ended. */
  response(): ChatResponse {
    if (this.#start === undefined || this.#end === undefined)
      throw new GatewayError('upstream_cut', 'The stream ended before the answer was complete.');
    const { id, model, createdSeconds } = this.#start;
    const serviceTier = this.#end.serviceTier ?? this.#start.serviceTier;
    const extras = mergeByDialect(this.#start.extras, this.#end.extras);
    return {
      id,
      model,
      ...(createdSeconds === undefined ? {} : { createdSeconds }),
      choices: [...this.#choices].sort(([a], [b]) => a - b).map(([index, choice]) => choice.finish(index)),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(serviceTier === undefined ? {} : { serviceTier }),
      ...(Object.keys(extras).length === 0 ? {} : { extras }),
    };
  }

  #choice(index: number): OpenChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = new OpenChoice();
    this.#choices.set(index, choice);
    return choice;
  }
}

class OpenChoice {
  readonly blocks: Block[] = [];
  end: Extract<StreamEvent, { kind: 'choice-end' }> | undefined;
  readonly #logprobs: TokenLogprob[] = [];
  readonly #refusalLogprobs: TokenLogprob[] = [];

  append(index: number, delta: Delta): void {
    const block = this.blocks[index];
    if (block === undefined) return;
    if (delta.kind === 'logprobs')
      (block.kind === 'refusal' ? this.#refusalLogprobs : this.#logprobs).push(...delta.logprobs);
    else this.blocks[index] = grow(block, delta);
  }

  finish(index: number): Choice {
    return {
      index,
      blocks: this.blocks.filter((block) => block !== undefined),
      stop: this.end?.stop ?? 'other',
      rawStop: this.end?.rawStop ?? '',
      ...(this.end?.stopSequence === undefined ? {} : { stopSequence: this.end.stopSequence }),
      ...(this.#logprobs.length === 0 ? {} : { logprobs: this.#logprobs }),
      ...(this.#refusalLogprobs.length === 0 ? {} : { refusalLogprobs: this.#refusalLogprobs }),
      ...(this.end?.extras === undefined ? {} : { extras: this.end.extras }),
    };
  }
}

/** A block with a delta added. A delta that does not fit the block's kind changes nothing. */
export const grow = (block: Block, delta: Exclude<Delta, { kind: 'logprobs' }>): Block => {
  switch (delta.kind) {
    case 'text':
      return 'text' in block ? { ...block, text: block.text + delta.text } : block;
    case 'arguments':
      return block.kind === 'tool-call' ? { ...block, argumentsJson: block.argumentsJson + delta.text } : block;
    case 'seal':
      return sealed(block, delta.seal);
    case 'citation':
      return block.kind === 'text' ? { ...block, citations: [...(block.citations ?? []), delta.citation] } : block;
    case 'data':
      return block.kind === 'media' && block.source.kind === 'base64'
        ? { ...block, source: { kind: 'base64', data: block.source.data + delta.data } }
        : block;
    case 'meta':
      return { ...block, meta: mergeByDialect(block.meta, delta.meta) };
  }
};

const sealed = (block: Block, seal: Seal): Block => {
  switch (block.kind) {
    case 'text':
    case 'thinking':
    case 'tool-call':
    case 'media':
      return { ...block, seal };
    case 'refusal':
    case 'tool-result':
    case 'opaque':
      return block;
  }
};

/** Members of the second over those of the first, within each dialect. */
const mergeByDialect = (first: Meta = {}, second: Meta = {}): Meta => {
  const merged: Partial<Record<DialectId, JsonObject>> = { ...first };
  for (const dialect of dialectIds)
    if (second[dialect] !== undefined) merged[dialect] = { ...first[dialect], ...second[dialect] };
  return merged;
};
