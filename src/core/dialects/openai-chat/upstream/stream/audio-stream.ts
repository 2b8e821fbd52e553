import type { StreamEvent } from '../../../../ir/index.ts';
import { type JsonDraft, type JsonObject, setMember } from '../../../../json/json.ts';
import { metaOf } from '../../wire/own.ts';
import type { ThoughtHost } from './thinking-stream.ts';

/** Reads audio of a stream: data and transcript come in pieces, the id and the expiry once. */
export class AudioStream {
  readonly #host: ThoughtHost;
  readonly #members: JsonDraft = {};
  #index: number | undefined;

  constructor(host: ThoughtHost) {
    this.#host = host;
  }

  push(audio: JsonObject, events: StreamEvent[]): void {
    const { data, transcript, ...rest } = audio;
    const said = typeof transcript === 'string' && transcript !== '';
    if (!said && (data === undefined || data === '') && (rest['id'] === undefined || rest['id'] === '')) return;
    const index = this.#open(events);
    for (const name in rest) if (rest[name] !== null) setMember(this.#members, name, rest[name]);
    if (said) {
      const before = this.#members['transcript'];
      this.#members['transcript'] = typeof before === 'string' ? before + transcript : transcript;
    }
    if (typeof data === 'string' && data !== '')
      events.push({ kind: 'block-delta', choice: this.#host.choice, index, delta: { kind: 'data', data } });
  }

  end(events: StreamEvent[]): void {
    if (this.#index === undefined) return;
    const place = { choice: this.#host.choice, index: this.#index };
    const { meta } = metaOf({ members: this.#members });
    if (meta !== undefined) events.push({ kind: 'block-delta', ...place, delta: { kind: 'meta', meta } });
    events.push({ kind: 'block-end', ...place });
  }

  #open(events: StreamEvent[]): number {
    if (this.#index !== undefined) return this.#index;
    const index = this.#host.openBlock(events);
    this.#index = index;
    events.push({
      kind: 'block-start',
      choice: this.#host.choice,
      index,
      block: { kind: 'media', media: 'audio', source: { kind: 'base64', data: '' } },
    });
    return index;
  }
}
