import type { StreamEvent, Usage } from '../../../ir/index.ts';
import { isArray, isObject, type JsonDraft, type JsonObject, objectAt, stringAt } from '../../../json/json.ts';
import { BlockTracker } from '../../../stream/block-tracker.ts';
import { camelMembers } from '../member-names.ts';
import { CandidateReader } from './candidate-reader.ts';
import { decodeUsage, groundingSearches, mostSearches, withSearches } from './usage.ts';

const known = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId']);

/**
 * Reads an answer from one or more `GenerateContentResponse` objects, of which each says a part of it. A whole answer is read as a stream
 * of one. Choices end in `end`, since content and usage may follow the chunk that has the finish reason.
 */
export class AnswerReader {
  readonly #tracker = new BlockTracker();
  readonly #candidates = new Map<number, CandidateReader>();
  readonly #extras: JsonDraft = {};
  readonly #whole: boolean;
  #started = false;
  #usage: JsonObject | undefined;
  #searches: number | undefined;
  #idSeed = '';
  #blockReason: string | undefined;

  /** `whole`: all chunks are at hand, and nobody reads the events before the end. */
  constructor(whole: boolean) {
    this.#whole = whole;
  }

  push(wire: JsonObject): readonly StreamEvent[] {
    const chunk = camelMembers(wire);
    const events: StreamEvent[] = [];
    if (!this.#started) events.push(this.#start(chunk));
    const usage = objectAt(chunk, 'usageMetadata');
    if (usage !== undefined) events.push(...this.#noteUsage(usage));
    this.#searches = mostSearches(this.#searches, groundingSearches(chunk));
    const candidates = chunk['candidates'];
    if (isArray(candidates)) {
      candidates.forEach((candidate, position) => {
        if (isObject(candidate)) this.#candidate(candidate, position, events);
      });
    }
    for (const key in chunk) if (!known.has(key)) this.#extras[key] = chunk[key];
    const feedback = chunk['promptFeedback'];
    if (feedback !== undefined) this.#blockReason = stringAt(feedback, 'blockReason') ?? this.#blockReason;
    return events;
  }

  /** Whether the provider said that the answer is over: every candidate has a finish reason, or the prompt was blocked. */
  get finished(): boolean {
    const candidates = [...this.#candidates.values()];
    if (candidates.length === 0) return this.#blockReason !== undefined;
    return candidates.every((candidate) => candidate.finished);
  }

  /** The events that end the answer. */
  end(): readonly StreamEvent[] {
    const events = [...this.#candidates.values()].flatMap((candidate) => candidate.end());
    if (this.#candidates.size === 0 && this.#blockReason !== undefined)
      events.push({ kind: 'choice-end', choice: 0, stop: 'content-filter', rawStop: this.#blockReason });
    const usage = this.#usage === undefined ? undefined : decodeUsage(this.#usage);
    if (usage !== undefined) events.push({ kind: 'usage', usage: withSearches(usage, this.#searches) });
    const serviceTier = stringAt(this.#usage, 'serviceTier');
    events.push({
      kind: 'response-end',
      ...(serviceTier === undefined ? {} : { serviceTier }),
      ...(Object.keys(this.#extras).length === 0 ? {} : { extras: { gemini: this.#extras } }),
    });
    return events;
  }

  #start(chunk: JsonObject): StreamEvent {
    this.#started = true;
    const id = stringAt(chunk, 'responseId') ?? '';
    this.#idSeed = id.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 40);
    const createdMs = Date.parse(stringAt(chunk, 'createTime') ?? '');
    return {
      kind: 'response-start',
      id,
      model: stringAt(chunk, 'modelVersion') ?? '',
      ...(Number.isNaN(createdMs) ? {} : { createdSeconds: Math.floor(createdMs / 1000) }),
    };
  }

  /** Every chunk counts the answer so far. The first count is handed on for those who want the input early, the last one in `end`. */
  #noteUsage(wire: JsonObject): readonly StreamEvent[] {
    const first: Usage | undefined = this.#usage === undefined ? decodeUsage(wire) : undefined;
    if (first !== undefined || this.#usage !== undefined) this.#usage = wire;
    return first === undefined ? [] : [{ kind: 'usage', usage: first }];
  }

  #candidate(wire: JsonObject, position: number, events: StreamEvent[]): void {
    const candidate = camelMembers(wire);
    const index = typeof candidate['index'] === 'number' ? candidate['index'] : position;
    let reader = this.#candidates.get(index);
    if (reader === undefined) {
      reader = new CandidateReader(this.#tracker, { index, idSeed: this.#idSeed, whole: this.#whole });
      this.#candidates.set(index, reader);
    }
    reader.push(candidate, events);
  }
}
