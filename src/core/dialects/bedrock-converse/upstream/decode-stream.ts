import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Decoder, StreamEvent } from '../../../ir/index.ts';
import {
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  numberAt,
  objectAt,
  parseJson,
  stringAt,
} from '../../../json/json.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { complainOfUpstream } from '../../checked/site.ts';
import { decodeBlock, isClientTool } from '../wire/decode-block.ts';
import { own } from '../wire/dialect-name.ts';
import { decodeStop } from '../wire/stop-reason.ts';
import { decodeUsage } from '../wire/usage.ts';
import { inBandFault } from './decode-fault.ts';
import { answerExtras } from './decode-response.ts';
import { CustomCall, GatheredBlock, GrowingBlock, type OpenBlock } from './open-blocks.ts';

/** Reads the events of one streamed message. What it does not know is passed over; what it knows must be well formed. */
export class StreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #open = new Map<number, OpenBlock>();
  #nextIndex = 0;
  #started = false;
  #stopped = false;
  #ended = false;
  #extras: JsonObject | undefined;

  push(frame: SseFrame): readonly StreamEvent[] {
    const fault = inBandFault(frame);
    if (fault !== undefined) throw fault;
    if (this.#ended) return [];
    const event = parseJson(frame.data);
    if (!isObject(event)) {
      throw new GatewayError('upstream_invalid', 'The provider sent an event of its stream that is not a JSON object.');
    }
    switch (frame.event) {
      case 'messageStart':
        return this.#start();
      case 'contentBlockStart':
        return this.#startBlock(indexOf(event), objectAt(event, 'start') ?? {});
      case 'contentBlockDelta':
        return this.#addToBlock(indexOf(event), objectAt(event, 'delta') ?? {});
      case 'contentBlockStop':
        return this.#stopBlock(indexOf(event));
      case 'messageStop':
        return this.#stop(event);
      case 'metadata':
        return this.#takeMetadata(event);
      default:
        return [];
    }
  }

  end(): readonly StreamEvent[] {
    if (!this.#stopped)
      throw new GatewayError('upstream_cut', 'The provider ended the stream before the answer was complete.');
    return this.#end(undefined);
  }

  #start(): readonly StreamEvent[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ kind: 'response-start', id: '', model: '' }];
  }

  #startBlock(at: number, start: JsonObject): readonly StreamEvent[] {
    if (this.#stopped) return [];
    const before = [...this.#start(), ...this.#stopBlock(at)];
    const [kind, content = null] = Object.entries(start)[0] ?? [];
    if (kind === undefined) return before;
    if (kind === 'toolUse' && isObject(content) && isClientTool(content)) {
      return [...before, ...this.#openBlock(at, { toolUse: { ...content, input: undefined } })];
    }
    // What no client could run or read in pieces is shown when it is whole.
    this.#open.set(at, new GatheredBlock(() => this.#nextIndex++, kind, isObject(content) ? content : {}));
    return before;
  }

  #openBlock(at: number, value: Json): readonly StreamEvent[] {
    const read = decodeBlock(value, { path: 'contentBlock', complain: complainOfUpstream });
    const block: Block = read.kind === 'tool-call' ? { ...read, argumentsJson: '' } : read;
    if (block.kind === 'tool-call' && block.custom === true) {
      this.#open.set(at, new CustomCall(() => this.#nextIndex++, block));
      return [];
    }
    const index = this.#nextIndex++;
    this.#open.set(at, new GrowingBlock(index, block));
    return [{ kind: 'block-start', choice: 0, index, block }];
  }

  /** Only calls have a start of their own: a text and a thought begin with their first piece. */
  #addToBlock(at: number, delta: JsonObject): readonly StreamEvent[] {
    if (this.#stopped) return [];
    const open = this.#open.get(at);
    if (open?.takes(delta) === true) return open.add(delta);
    const implied = impliedBlock(delta);
    if (implied === undefined) return [];
    const before = [...this.#start(), ...this.#stopBlock(at)];
    return [...before, ...this.#openBlock(at, implied), ...(this.#open.get(at)?.add(delta) ?? [])];
  }

  #stopBlock(at: number): readonly StreamEvent[] {
    const open = this.#open.get(at);
    this.#open.delete(at);
    return open?.stop() ?? [];
  }

  #stop(event: JsonObject): readonly StreamEvent[] {
    if (this.#stopped) return [];
    const before = [...this.#start(), ...[...this.#open.keys()].flatMap((at) => this.#stopBlock(at))];
    this.#stopped = true;
    const rawStop = stringAt(event, 'stopReason') ?? '';
    const fields = event['additionalModelResponseFields'] ?? undefined;
    if (fields !== undefined) this.#extras = { additionalModelResponseFields: fields };
    return [...before, { kind: 'choice-end', choice: 0, stop: decodeStop(rawStop), rawStop }];
  }

  #takeMetadata(event: JsonObject): readonly StreamEvent[] {
    const usage = decodeUsage(event);
    const counted: readonly StreamEvent[] = usage === undefined ? [] : [{ kind: 'usage', usage }];
    const extras: JsonDraft = { ...this.#extras, ...answerExtras(event) };
    this.#extras = Object.keys(extras).length === 0 ? undefined : extras;
    const before = [...this.#start(), ...counted];
    return this.#stopped ? [...before, ...this.#end(stringAt(event['serviceTier'], 'type'))] : before;
  }

  #end(serviceTier: string | undefined): readonly StreamEvent[] {
    if (this.#ended) return [];
    this.#ended = true;
    return [
      {
        kind: 'response-end',
        ...(serviceTier === undefined ? {} : { serviceTier }),
        ...(this.#extras === undefined ? {} : { extras: { [own]: this.#extras } }),
      },
    ];
  }
}

const indexOf = (event: JsonObject): number => numberAt(event, 'contentBlockIndex') ?? 0;

/** The empty block that a piece belongs to, when none is open for it. */
const impliedBlock = (delta: JsonObject): Json | undefined => {
  if (typeof delta['text'] === 'string' || isObject(delta['citation'])) return { text: '' };
  const thought = delta['reasoningContent'];
  if (!isObject(thought)) return undefined;
  const redacted = stringAt(thought, 'redactedContent');
  return redacted === undefined
    ? { reasoningContent: { reasoningText: { text: '' } } }
    : { reasoningContent: { redactedContent: redacted } };
};
