import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, Decoder, StreamEvent } from '../../../ir/index.ts';
import { isObject, type JsonObject, numberAt, objectAt, parseJson, stringAt } from '../../../json/json.ts';
import { BlockTracker } from '../../../stream/block-tracker.ts';
import type { SseFrame } from '../../../stream/sse-frame.ts';
import { customText } from '../../tooling/custom-tool.ts';
import { readCitation } from '../wire/citations.ts';
import { readLogprobs } from '../wire/logprobs.ts';
import { textOf } from '../wire/own.ts';
import { ofText, planBlock } from '../wire/read-assistant.ts';
import { readPart } from '../wire/read-part.ts';
import { readStop } from '../wire/stop-reason.ts';
import { argumentsOf, readToolCall } from '../wire/tool-calls.ts';
import { readUsage } from '../wire/usage.ts';
import { inBandFailure } from './decode-fault.ts';
import { messageExtras } from './decode-response.ts';

const plan = 'plan';

/** Arguments of calls that cannot be handed on piece by piece: free text of custom tools, and what may yet turn out to be `null`. */
interface HeldArguments {
  readonly custom: boolean;
  text: string;
}

/** Reads the events of a streamed answer. */
export class StreamDecoder implements Decoder<SseFrame, StreamEvent> {
  readonly #blocks = new BlockTracker();
  readonly #texts = new Map<number, string>();
  readonly #held = new Map<number, HeldArguments>();
  readonly #otherCitations: JsonObject[] = [];
  #started = false;
  #ended = false;

  push({ event, data }: SseFrame): readonly StreamEvent[] {
    if (this.#ended || data === '[DONE]' || data === '') return [];
    const value = parseJson(data);
    if (event === 'error') throw inBandFailure(textOf(isObject(value) ? value['message'] : data), value ?? data);
    if (!isObject(value)) throw new GatewayError('upstream_invalid', 'The provider streamed a frame that is not JSON.');
    const type = stringAt(value, 'type') ?? event;
    if (type === undefined) {
      const message = stringAt(value, 'message') ?? stringAt(value['error'], 'message');
      if (message !== undefined) throw inBandFailure(message, value);
      return [];
    }
    const events = this.#read(type, value);
    if (this.#started || events.length === 0) return events;
    return [...this.#start(''), ...events];
  }

  end(): readonly StreamEvent[] {
    if (this.#ended) return [];
    throw new GatewayError('upstream_cut', 'The provider broke off in the middle of the answer.');
  }

  #read(type: string, value: JsonObject): readonly StreamEvent[] {
    const index = numberAt(value, 'index') ?? 0;
    const message = objectAt(objectAt(value, 'delta'), 'message');
    switch (type) {
      case 'message-start':
        return this.#started ? [] : this.#start(stringAt(value, 'id') ?? '');
      case 'content-start':
        return [...this.#endPlan(), ...this.#startContent(index, message)];
      case 'content-delta':
        return this.#addContent(index, value, message);
      case 'content-end':
        return this.#blocks.end(0, `content:${index}`);
      case 'tool-plan-delta':
        return this.#blocks.append(0, plan, planBlock(''), {
          kind: 'text',
          text: textOf(message?.['tool_plan']),
        });
      case 'tool-call-start':
        return [...this.#endPlan(), ...this.#startCall(index, message)];
      case 'tool-call-delta':
        return this.#addArguments(index, message);
      case 'tool-call-end':
        return this.#endCall(index);
      case 'citation-start':
        return this.#cite(objectAt(message, 'citations'));
      case 'message-end':
        return this.#finish(value);
      default:
        return [];
    }
  }

  #start(id: string): readonly StreamEvent[] {
    this.#started = true;
    return [{ kind: 'response-start', id, model: '' }];
  }

  #endPlan(): readonly StreamEvent[] {
    return this.#blocks.end(0, plan);
  }

  /** A part that is opened again, against the order of events, ends first. */
  #startContent(index: number, message: JsonObject | undefined): readonly StreamEvent[] {
    const content = message?.['content'];
    if (content === undefined || content === null) return [];
    const block: Block = readPart(content);
    const key = `content:${index}`;
    const before = this.#blocks.end(0, key);
    if (block.kind === 'text') this.#texts.set(index, block.text);
    // An empty part is a block only when words follow.
    const empty = (block.kind === 'text' || block.kind === 'thinking') && block.text === '';
    return empty ? before : [...before, this.#blocks.start(0, key, block)];
  }

  #addContent(index: number, value: JsonObject, message: JsonObject | undefined): readonly StreamEvent[] {
    const content = objectAt(message, 'content');
    const thinking = stringAt(content, 'thinking');
    const text = thinking ?? stringAt(content, 'text') ?? '';
    const kind = thinking === undefined ? 'text' : 'thinking';
    const key = `content:${index}`;
    const events: StreamEvent[] = [];
    if (text !== '') {
      if (kind === 'text') this.#texts.set(index, (this.#texts.get(index) ?? '') + text);
      events.push(...this.#blocks.append(0, key, { kind, text: '' }, { kind: 'text', text }));
    }
    const logprobs = readLogprobs(value['logprobs']);
    if (logprobs !== undefined)
      events.push(...this.#blocks.append(0, key, { kind, text: '' }, { kind: 'logprobs', logprobs }));
    return events;
  }

  #startCall(index: number, message: JsonObject | undefined): readonly StreamEvent[] {
    const call = objectAt(message, 'tool_calls');
    if (call === undefined) return [];
    const given = textOf(objectAt(call, 'function')?.['arguments']);
    const block = { ...readToolCall(call, index), argumentsJson: '' };
    if (block.custom === true || given === '') this.#held.set(index, { custom: block.custom === true, text: given });
    const started = [...this.#blocks.end(0, `call:${index}`), this.#blocks.start(0, `call:${index}`, block)];
    return given === '' || block.custom === true ? started : [...started, ...this.#tell(index, given)];
  }

  /** The first piece tells whether these are arguments or `null`. */
  #addArguments(index: number, message: JsonObject | undefined): readonly StreamEvent[] {
    const text = textOf(objectAt(objectAt(message, 'tool_calls'), 'function')?.['arguments']);
    const held = this.#held.get(index);
    if (held === undefined) return this.#tell(index, text);
    held.text += text;
    if (held.custom || 'null'.startsWith(held.text.trim())) return [];
    this.#held.delete(index);
    return this.#tell(index, held.text);
  }

  #endCall(index: number): readonly StreamEvent[] {
    const held = this.#held.get(index);
    this.#held.delete(index);
    const rest = held === undefined ? '' : held.custom ? customText(held.text) : argumentsOf(held.text);
    return [...this.#tell(index, rest), ...this.#blocks.end(0, `call:${index}`)];
  }

  #tell(index: number, text: string): readonly StreamEvent[] {
    const event = text === '' ? undefined : this.#blocks.delta(0, `call:${index}`, { kind: 'arguments', text });
    return event === undefined ? [] : [event];
  }

  /** A citation comes after the words it is of, while their part is open. */
  #cite(citation: JsonObject | undefined): readonly StreamEvent[] {
    if (citation === undefined) return [];
    const [first] = this.#texts.keys();
    const index = numberAt(citation, 'content_index') ?? first;
    const text = index === undefined ? undefined : this.#texts.get(index);
    if (index === undefined || text === undefined || !ofText(citation) || !this.#blocks.isOpen(0, `content:${index}`)) {
      this.#otherCitations.push(citation);
      return [];
    }
    return readCitation(citation, text).flatMap((read) => {
      const event = this.#blocks.delta(0, `content:${index}`, { kind: 'citation', citation: read });
      return event === undefined ? [] : [event];
    });
  }

  #finish(value: JsonObject): readonly StreamEvent[] {
    const delta = objectAt(value, 'delta');
    const error = stringAt(delta, 'error');
    if (error !== undefined && error !== '') throw inBandFailure(error, value);
    this.#ended = true;
    const rawStop = stringAt(delta, 'finish_reason') ?? '';
    const usage = readUsage(delta?.['usage']);
    return [
      ...[...this.#held.keys()].flatMap((index) => this.#endCall(index)),
      ...this.#blocks.endAll(0),
      ...(usage === undefined ? [] : [{ kind: 'usage', usage } as const]),
      {
        kind: 'choice-end',
        choice: 0,
        stop: readStop(rawStop),
        rawStop,
        ...messageExtras(undefined, this.#otherCitations),
      },
      { kind: 'response-end' },
    ];
  }
}
