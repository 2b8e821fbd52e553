import type { Block, Citation, Delta, Seal, StreamEvent, TokenLogprob } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import { grow } from '../../../stream/collect.ts';
import { LossLog } from '../../loss-log.ts';
import { encodeStop } from '../answer/finish-reason.ts';
import { type CitedText, encodeCitations } from '../answer/grounding.ts';
import { encodeLogprobs } from '../answer/logprobs.ts';
import { clientSeal, foreignCitations, writeAnswerPart } from './answer-parts.ts';

/** A text that is being streamed. */
interface OpenText {
  readonly kind: 'text' | 'thinking';
  /** The text so far, for the offsets of citations. */
  text: string;
  seal: Seal | undefined;
  readonly citations: Citation[];
}

/** What one event adds to a candidate. */
export interface CandidateChunk {
  readonly part?: JsonObject;
  readonly logprobs?: readonly TokenLogprob[];
  /** All citations so far. */
  readonly grounding?: JsonObject;
}

const nothing: CandidateChunk = {};

/** One choice while it is streamed: what of its open blocks has not gone out yet. */
export class StreamChoice {
  finish: Extract<StreamEvent, { kind: 'choice-end' }> | undefined;
  readonly #texts = new Map<number, OpenText>();
  readonly #blocks = new Map<number, Block>();
  /** Texts that have ended, in order. */
  readonly #cited: CitedText[] = [];
  /** Log probabilities that came before the text they belong to. */
  #waiting: readonly TokenLogprob[] = [];
  #said = false;
  /** A text with citations has ended, and nothing has told them yet. */
  #citesDue = false;

  /** Nothing was said: of a prompt that was blocked. */
  get empty(): boolean {
    return !this.#said;
  }

  start(index: number, block: Block): CandidateChunk {
    this.#said = true;
    if (block.kind !== 'text' && block.kind !== 'thinking' && block.kind !== 'refusal') {
      this.#blocks.set(index, block);
      return nothing;
    }
    this.#texts.set(index, {
      kind: block.kind === 'thinking' ? 'thinking' : 'text',
      text: '',
      seal: block.kind === 'refusal' ? undefined : block.seal,
      citations: block.kind === 'text' ? [...(block.citations ?? [])] : [],
    });
    return block.text === '' ? nothing : this.delta(index, { kind: 'text', text: block.text });
  }

  delta(index: number, delta: Delta): CandidateChunk {
    const open = this.#texts.get(index);
    if (open === undefined) return this.#grow(index, delta);
    switch (delta.kind) {
      case 'text':
        open.text += delta.text;
        return open.kind === 'thinking'
          ? this.#afterText({ part: textPart('thinking', delta.text) })
          : this.#withWaiting(textPart('text', delta.text));
      case 'seal':
        open.seal = delta.seal;
        return nothing;
      case 'citation':
        open.citations.push(delta.citation);
        return nothing;
      case 'logprobs':
        if (open.text !== '') return { logprobs: delta.logprobs };
        this.#waiting = [...this.#waiting, ...delta.logprobs];
        return nothing;
      default:
        return nothing;
    }
  }

  end(index: number): CandidateChunk {
    const block = this.#blocks.get(index);
    if (block !== undefined) {
      this.#blocks.delete(index);
      const part = writeAnswerPart(block, '', new LossLog());
      return part === undefined ? nothing : this.#afterText({ part });
    }
    const open = this.#texts.get(index);
    if (open === undefined) return nothing;
    this.#texts.delete(index);
    const chunk =
      open.seal === undefined
        ? nothing
        : { part: { ...textPart(open.kind, ''), thoughtSignature: clientSeal(open.seal) } };
    if (open.kind !== 'text') return chunk;
    this.#cited.push({ text: open.text, citations: foreignCitations(open.citations, '', new LossLog()) });
    this.#citesDue ||= open.citations.length > 0;
    return chunk;
  }

  /** The candidate of the last chunk. */
  last(index: number): JsonObject {
    const grounding = encodeCitations(this.#cited);
    const draft: JsonDraft = { content: { parts: [{ text: '' }], role: 'model' } };
    draft['finishReason'] = encodeStop(this.finish?.stop ?? 'other', this.finish?.rawStop ?? '');
    draft['index'] = index;
    if (this.#waiting.length > 0) draft['logprobsResult'] = encodeLogprobs(this.#waiting);
    if (grounding !== undefined) draft['groundingMetadata'] = grounding;
    return { ...draft, ...this.finish?.extras?.gemini };
  }

  #grow(index: number, delta: Delta): CandidateChunk {
    const block = this.#blocks.get(index);
    if (block !== undefined && delta.kind !== 'logprobs') this.#blocks.set(index, grow(block, delta));
    return nothing;
  }

  /** What ends a cited text in the stream carries its citations, while the reader still has the text open. */
  #afterText(chunk: CandidateChunk): CandidateChunk {
    if (!this.#citesDue) return chunk;
    this.#citesDue = false;
    const grounding = encodeCitations(this.#cited);
    return grounding === undefined ? chunk : { ...chunk, grounding };
  }

  #withWaiting(part: JsonObject): CandidateChunk {
    if (this.#waiting.length === 0) return { part };
    const logprobs = this.#waiting;
    this.#waiting = [];
    return { part, logprobs };
  }
}

const textPart = (kind: OpenText['kind'], text: string): JsonObject =>
  kind === 'thinking' ? { text, thought: true } : { text };
