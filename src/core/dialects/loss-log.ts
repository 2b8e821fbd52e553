import type { ChatRequest, ChatResponse, DialectId, Loss } from '../ir/index.ts';
import { isObject, type Json } from '../json/json.ts';
import { foreignMeta } from './foreign-meta.ts';

/** Members that hold settings of several kinds, some of which have a place of their own. */
const containers: ReadonlySet<string> = new Set([
  'generationConfig',
  'toolConfig',
  'reasoning',
  'text',
  'thinking',
  'output_config',
  'stream_options',
  'options',
  'inferenceConfig',
  'outputConfig',
  'additionalModelRequestFields',
]);

/** Values that ask for nothing are no loss. */
const neutral: Partial<Record<keyof ChatRequest, unknown>> = {
  logprobs: false,
  topLogprobs: 0,
  presencePenalty: 0,
  frequencyPenalty: 0,
  store: false,
  serviceTier: 'auto',
};

/** Collects what an encoder could not carry, each field once. */
export class LossLog {
  readonly #losses = new Map<string, Loss>();

  dropped(field: string, note?: string): void {
    this.#add(field, 'dropped', note);
  }

  changed(field: string, note?: string): void {
    this.#add(field, 'changed', note);
  }

  /** Drops each named field that the request has and that asks for something. */
  dropPresent(request: ChatRequest, fields: readonly (keyof ChatRequest)[], note?: string): void {
    for (const field of fields)
      if (request[field] !== undefined && request[field] !== neutral[field]) this.dropped(field, note);
  }

  /** Drops, by name, the extras of every dialect but the encoder's own, and what of a client's only its own dialect's meta holds. */
  dropForeignExtras(request: ChatRequest, own: DialectId): void {
    for (const [dialect, members] of Object.entries(request.extras ?? {})) {
      if (dialect === own) continue;
      for (const [name, value] of Object.entries(members)) this.#dropExtra(`extras.${name}`, name, value);
    }
    foreignMeta(request, own, (path) => this.dropped(path));
  }

  /** Drops, by name, what of an answer a dialect of one choice, without log probabilities, has no place for. */
  dropUnshown(response: ChatResponse, own: DialectId): void {
    for (const index of response.choices.keys())
      if (index > 0) this.dropped(`choices[${index}]`, 'this dialect shows one choice');
    const choice = response.choices[0];
    if (choice?.logprobs !== undefined) this.dropped('choices[0].logprobs');
    if (choice?.refusalLogprobs !== undefined) this.dropped('choices[0].refusalLogprobs');
    for (const [dialect, members] of Object.entries(response.extras ?? {}))
      if (dialect !== own) for (const name of Object.keys(members)) this.dropped(`extras.${name}`);
    for (const members of Object.values(choice?.extras ?? {}))
      for (const name of Object.keys(members)) this.dropped(`choices[0].extras.${name}`);
  }

  /** A container is named by what was in it: the rest of it has arrived. */
  #dropExtra(field: string, name: string, value: Json | undefined): void {
    if (!containers.has(name) || !isObject(value)) this.dropped(field);
    else for (const inner of Object.keys(value)) this.dropped(`${field}.${inner}`);
  }

  get list(): readonly Loss[] {
    return [...this.#losses.values()];
  }

  #add(field: string, action: Loss['action'], note: string | undefined): void {
    if (this.#losses.has(field)) return;
    this.#losses.set(field, note === undefined ? { field, action } : { field, action, note });
  }
}
