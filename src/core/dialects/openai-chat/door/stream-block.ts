import {
  type Block,
  type Citation,
  type Delta,
  type ThinkingBlock,
  type TokenLogprob,
  wrapSeal,
} from '../../../ir/index.ts';
import type { Json, JsonDraft, JsonObject } from '../../../json/json.ts';
import { writeAnnotation } from '../wire/annotations.ts';
import { writeLogprobs } from '../wire/logprobs.ts';
import { writeAudio, writeImage } from '../wire/media-out.ts';
import { own, ownMeta } from '../wire/own.ts';
import { writeDetails } from '../wire/thinking.ts';
import { writeCallSeal, writeToolCall } from '../wire/tool-calls.ts';

export type StreamBlockKind = 'text' | 'thinking' | 'refusal' | 'call' | 'audio' | 'image';

interface Place {
  readonly kind: StreamBlockKind;
  readonly legacy: boolean;
  readonly replyId: string;
  readonly callIndex: number;
  readonly detailIndex: number;
  readonly textStart: number;
}

/** Writes the `delta` objects of one open block. */
export class StreamBlock {
  readonly kind: StreamBlockKind;
  readonly #place: Place;
  #thinking: ThinkingBlock | undefined;
  #image: Extract<Block, { kind: 'media' }> | undefined;
  #arguments = false;
  #custom = false;
  #textLength = 0;
  readonly #waiting: Citation[] = [];

  constructor(place: Place) {
    this.kind = place.kind;
    this.#place = place;
  }

  start(block: Block): readonly JsonObject[] {
    switch (block.kind) {
      case 'text':
        return this.#startText(block);
      case 'thinking':
        return this.#startThinking(block);
      case 'refusal':
        return block.text === '' ? [] : [{ refusal: block.text }];
      case 'tool-call':
        return [this.#startCall(block)];
      case 'media':
        return this.#startMedia(block);
      case 'opaque':
      case 'tool-result':
        return [];
    }
  }

  delta(delta: Exclude<Delta, { kind: 'logprobs' }>): JsonObject | undefined {
    switch (delta.kind) {
      case 'text':
        return this.#addText(delta.text);
      case 'arguments':
        return this.#addArguments(delta.text);
      case 'seal':
        return this.#seal(delta.seal);
      case 'citation':
        return this.#cite(delta.citation);
      case 'data':
        return this.#addData(delta.data);
      case 'meta':
        return this.kind === 'audio' ? this.#audioMeta(delta.meta) : undefined;
    }
  }

  /** What only the end of the block tells: how far its citations reach, a call without arguments, a picture that came in pieces. */
  end(): readonly JsonObject[] {
    const annotations = this.#waiting.map((citation) => this.#annotation(citation)).filter((one) => one !== undefined);
    if (annotations.length > 0) return [{ annotations }];
    if (this.kind === 'call' && !this.#arguments) return [this.#callDelta({ arguments: '{}' })];
    if (this.#image === undefined) return [];
    const image = writeImage(this.#image);
    return image === undefined ? [] : [{ images: [image] }];
  }

  logprobs(list: readonly TokenLogprob[]): JsonObject {
    const written = writeLogprobs(list);
    return this.kind === 'refusal' ? { content: null, refusal: written } : { content: written, refusal: null };
  }

  #startText(block: Extract<Block, { kind: 'text' }>): readonly JsonObject[] {
    const deltas: JsonObject[] = [];
    if (block.text !== '') deltas.push({ content: block.text });
    this.#textLength = block.text.length;
    if (block.seal !== undefined) deltas.push(writeCallSeal(block.seal));
    for (const citation of block.citations ?? []) {
      const written = this.#cite(citation);
      if (written !== undefined) deltas.push(written);
    }
    return deltas;
  }

  #startThinking(block: ThinkingBlock): readonly JsonObject[] {
    this.#thinking = { ...block, text: '' };
    if (block.text === '' && block.seal === undefined) return [];
    const token = block.seal === undefined ? undefined : wrapSeal(block.seal, own);
    const details = writeDetails(block, token, this.#place.detailIndex);
    return [{ ...(block.text === '' ? {} : { reasoning_content: block.text }), reasoning_details: details }];
  }

  #startCall(block: Extract<Block, { kind: 'tool-call' }>): JsonObject {
    this.#arguments = block.argumentsJson !== '';
    const call = writeToolCall(block, block.seal);
    if (block.custom === true) {
      this.#arguments = true;
      this.#custom = true;
      return { tool_calls: [{ index: this.#place.callIndex, ...call }] };
    }
    const body = { name: block.name, arguments: block.argumentsJson };
    if (this.#place.legacy) return { function_call: body };
    return { tool_calls: [{ index: this.#place.callIndex, ...call, function: body }] };
  }

  #startMedia(block: Extract<Block, { kind: 'media' }>): readonly JsonObject[] {
    if (this.kind === 'image') {
      this.#image = block;
      return [];
    }
    const audio = writeAudio(block, `audio_${this.#place.replyId}`);
    return audio === undefined ? [] : [{ audio }];
  }

  /** More text of a text block, which the encoder writes itself: it is the commonest delta by far. */
  count(length: number): void {
    this.#textLength += length;
  }

  #addText(text: string): JsonObject | undefined {
    if (this.kind === 'refusal') return { refusal: text };
    if (this.#thinking === undefined) return undefined;
    const details = writeDetails({ ...this.#thinking, text }, undefined, this.#place.detailIndex);
    return { reasoning_content: text, reasoning_details: details };
  }

  #addArguments(text: string): JsonObject | undefined {
    if (this.kind !== 'call' || text === '') return undefined;
    this.#arguments = true;
    if (this.#custom) return { tool_calls: [{ index: this.#place.callIndex, custom: { input: text } }] };
    return this.#callDelta({ arguments: text });
  }

  #callDelta(body: JsonDraft): JsonObject {
    return this.#place.legacy
      ? { function_call: body }
      : { tool_calls: [{ index: this.#place.callIndex, function: body }] };
  }

  #seal(seal: Extract<Delta, { kind: 'seal' }>['seal']): JsonObject | undefined {
    if (this.kind === 'text') return writeCallSeal(seal);
    if (this.kind === 'call')
      return this.#place.legacy
        ? undefined
        : { tool_calls: [{ index: this.#place.callIndex, ...writeCallSeal(seal) }] };
    if (this.#thinking === undefined) return undefined;
    const details = writeDetails(this.#thinking, wrapSeal(seal, own), this.#place.detailIndex);
    return { reasoning_details: details.filter(carriesSeal).map(withoutEmptyText) };
  }

  /** A citation without a place is for the whole block, and some providers send it before the text. */
  #cite(citation: Citation): JsonObject | undefined {
    if (citation.end === undefined) {
      this.#waiting.push(citation);
      return undefined;
    }
    const annotation = this.#annotation(citation);
    return annotation === undefined ? undefined : { annotations: [annotation] };
  }

  #annotation(citation: Citation): Json | undefined {
    const start = this.#place.textStart;
    return writeAnnotation(citation, { start, end: start + this.#textLength });
  }

  #addData(data: string): JsonObject | undefined {
    if (this.kind === 'audio') return { audio: { data } };
    if (this.#image?.source.kind === 'base64')
      this.#image = { ...this.#image, source: { kind: 'base64', data: this.#image.source.data + data } };
    return undefined;
  }

  #audioMeta(meta: Extract<Delta, { kind: 'meta' }>['meta']): JsonObject | undefined {
    const members = ownMeta({ meta })?.['members'] as JsonObject | undefined;
    return members === undefined ? undefined : { audio: members };
  }
}

const carriesSeal = (entry: JsonObject): boolean => entry['signature'] !== undefined || entry['data'] !== undefined;

/** The text of the thoughts has been sent; the entry with the signature carries none. */
const withoutEmptyText = (entry: JsonObject): JsonObject => {
  const { text, ...rest } = entry;
  return text === '' ? rest : entry;
};
