import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Decoder, StreamEvent } from '../../../ir/index.ts';
import { isObject, type Json, type JsonObject, objectAt, parseJson, stringAt } from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { complainOfUpstream } from '../../checked/site.ts';
import { decodeBlock } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeUsage, mergeUsage } from '../wire/usage.ts';
import { messageExtras, stopMembers } from './decode-response.ts';
import { inBandError } from './in-band-error.ts';
import { CustomCall, GatheredBlock, GrowingBlock, type OpenBlock, wholeBlock } from './open-blocks.ts';

/** Reads the events of one streamed message. What it does not know is passed over; what it knows must be well formed. */
export class StreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #open = new Map<number, OpenBlock>();
  #nextIndex = 0;
  #started = false;
  #ended = false;
  #usage: JsonObject | undefined;
  #stop: ReturnType<typeof stopMembers> | undefined;
  #extras: JsonObject | undefined;

  push(frame: SseFrame): readonly StreamEvent[] {
    if (this.#ended || frame.data === '' || frame.data === '[DONE]') return [];
    const event = parseJson(frame.data);
    if (!isObject(event))
      throw new GatewayError('upstream_invalid', 'The provider sent a stream event that is not a JSON object.');
    switch (event['type'] ?? frame.event) {
      case 'content_block_delta':
        return this.#addToBlock(event);
      case 'content_block_start':
        return this.#startBlock(indexOf(event), event['content_block']);
      case 'content_block_stop':
        return this.#stopBlock(indexOf(event));
      case 'message_start':
        return this.#startMessage(objectAt(event, 'message') ?? {});
      case 'message_delta':
        return this.#closeMessage(event);
      case 'message_stop':
        return this.#end();
      case 'error':
        throw inBandError(event);
      case undefined:
        // Hosts of this format break off in other formats' words.
        if (isObject(event['error'])) throw inBandError(event);
        return [];
      default:
        return [];
    }
  }

  end(): readonly StreamEvent[] {
    if (this.#ended) return [];
    throw new GatewayError('upstream_cut', "The provider's stream ended before its message_stop event.");
  }

  #startMessage(message: JsonObject): readonly StreamEvent[] {
    if (this.#started) return [];
    this.#started = true;
    const serviceTier = stringAt(message['usage'], 'service_tier');
    const extras = messageExtras(message);
    if (typeof message['stop_reason'] === 'string') this.#stop = stopMembers(message);
    const content = message['content'];
    return [
      {
        kind: 'response-start',
        id: stringAt(message, 'id') ?? '',
        model: stringAt(message, 'model') ?? '',
        ...(serviceTier === undefined ? {} : { serviceTier }),
        ...(extras === undefined ? {} : { extras: { [own]: extras } }),
      },
      ...this.#addUsage(message['usage']),
      // Calls that code on the provider's side made come whole with the start.
      ...(Array.isArray(content) ? content.flatMap((block: Json) => this.#wholeBlock(block)) : []),
    ];
  }

  #wholeBlock(value: Json): readonly StreamEvent[] {
    return wholeBlock(this.#nextIndex++, readBlock(value));
  }

  #startBlock(at: number, value: Json | undefined): readonly StreamEvent[] {
    const block = streamed(readBlock(value), value);
    const stopped = this.#stopBlock(at);
    const before = [...this.#ensureStarted(), ...stopped];
    // What is shown whole when it stops is counted only then.
    const takeIndex = () => this.#nextIndex++;
    if (block.kind === 'opaque') this.#open.set(at, new GatheredBlock(takeIndex, block));
    else if (block.kind === 'tool-call' && block.custom === true) this.#open.set(at, new CustomCall(takeIndex, block));
    else {
      const index = takeIndex();
      this.#open.set(at, new GrowingBlock(index, block));
      return [...before, { kind: 'block-start', choice: 0, index, block }];
    }
    return before;
  }

  #addToBlock(event: JsonObject): readonly StreamEvent[] {
    const delta = event['delta'];
    if (!isObject(delta)) return [];
    const at = indexOf(event);
    const open = this.#open.get(at);
    if (open !== undefined) return open.add(delta);
    // Some hosts leave the start of a text out.
    const type = stringAt(delta, 'type') ?? '';
    const implied = Object.hasOwn(impliedBlocks, type) ? impliedBlocks[type] : undefined;
    if (implied === undefined) return [];
    const started = this.#startBlock(at, implied);
    return [...started, ...(this.#open.get(at)?.add(delta) ?? [])];
  }

  #stopBlock(at: number): readonly StreamEvent[] {
    const open = this.#open.get(at);
    this.#open.delete(at);
    return open?.stop() ?? [];
  }

  #closeMessage(event: JsonObject): readonly StreamEvent[] {
    const delta = objectAt(event, 'delta') ?? {};
    if (typeof delta['stop_reason'] === 'string') this.#stop = stopMembers(delta);
    const extras = { ...this.#extras, ...messageExtras(event), ...messageExtras(delta) };
    if (Object.keys(extras).length > 0) this.#extras = extras;
    return [...this.#ensureStarted(), ...this.#addUsage(event['usage'])];
  }

  #addUsage(value: Json | undefined): readonly StreamEvent[] {
    if (!isObject(value)) return [];
    this.#usage = mergeUsage(this.#usage, value);
    const usage = decodeUsage(this.#usage);
    return usage === undefined ? [] : [{ kind: 'usage', usage }];
  }

  #ensureStarted(): readonly StreamEvent[] {
    return this.#started ? [] : this.#startMessage({});
  }

  #end(): readonly StreamEvent[] {
    const before = [...this.#ensureStarted(), ...[...this.#open.keys()].flatMap((at) => this.#stopBlock(at))];
    this.#ended = true;
    const serviceTier = stringAt(this.#usage, 'service_tier');
    return [
      ...before,
      { kind: 'choice-end', choice: 0, ...(this.#stop ?? stopMembers({})) },
      {
        kind: 'response-end',
        ...(serviceTier === undefined ? {} : { serviceTier }),
        ...(this.#extras === undefined ? {} : { extras: { [own]: this.#extras } }),
      },
    ];
  }
}

const indexOf = (event: JsonObject): number => (typeof event['index'] === 'number' ? event['index'] : 0);

const readBlock = (value: Json | undefined): Block =>
  decodeBlock(value, { path: 'content_block', complain: complainOfUpstream });

/** A call starts with an empty object where its arguments will stand, which is no argument yet. */
const streamed = (block: Block, value: Json | undefined): Block => {
  if (block.kind !== 'tool-call') return block;
  const input = objectAt(value, 'input');
  return input === undefined || Object.keys(input).length === 0 ? { ...block, argumentsJson: '' } : block;
};

const impliedBlocks: Readonly<Record<string, JsonObject | undefined>> = {
  text_delta: { type: 'text', text: '' },
  thinking_delta: { type: 'thinking', thinking: '' },
};
