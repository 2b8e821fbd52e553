import { isObject, type Json, type JsonObject, parseJson, stringAt } from '../../../core/json/json.ts';
import type { Resource, ResourcePlace, Resources } from '../../../ports/resources.ts';
import type { LineTools, Planned } from '../records.ts';
import { framesIn } from '../streams/native-meter.ts';
import { credentialOf, ownerOf } from './held-place.ts';

/** Notes what an answer leaves with its provider, so that its owner may name it later. */
export class HeldIds {
  readonly #resources: Resources;
  readonly #orgId: string;
  readonly #place: ResourcePlace;
  readonly #items = new Set<string>();
  /** Undefined until the answer says whether it is kept. */
  #kept: boolean | undefined;

  constructor(resources: Resources, orgId: string, place: ResourcePlace) {
    this.#resources = resources;
    this.#orgId = orgId;
    this.#place = place;
  }

  /** A whole answer. */
  whole(answer: Json): void {
    if (!isObject(answer)) return;
    this.#response(answer);
    const output = answer['output'];
    for (const item of Array.isArray(output) ? output : []) this.#item(item as Json);
    this.end();
  }

  /** Frames of a stream, as they pass. Only those with an id that counts are read. */
  see(frames: Uint8Array): void {
    const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    const starts = this.#kept === undefined && bytes.includes('"response.created"');
    if (!starts && !bytes.includes('"response.output_item.')) return;
    for (const { data } of framesIn(frames, 'sse')) this.#event(data);
  }

  /** Nothing more comes: what came is written down. */
  end(): void {
    if (this.#items.size === 0) return;
    const items = [...this.#items].map((id): Resource => ({ kind: 'item', id }));
    this.#items.clear();
    if (this.#kept === true) this.#resources.add(this.#orgId, items, this.#place);
  }

  #event(data: string): void {
    if (!data.includes('"response.created"') && !data.includes('"response.output_item.')) return;
    const event = parseJson(data);
    if (!isObject(event)) return;
    if (event['type'] === 'response.created' && isObject(event['response'])) this.#response(event['response']);
    else this.#item(event['item']);
  }

  /** Written down at once: a client may leave in the middle and ask for it. */
  #response(response: JsonObject): void {
    const id = stringAt(response, 'id');
    this.#kept = id !== undefined && isId(id) && response['store'] !== false;
    if (id !== undefined && this.#kept) this.#resources.add(this.#orgId, [{ kind: 'response', id }], this.#place);
  }

  #item(item: Json | undefined): void {
    const id = isObject(item) ? stringAt(item, 'id') : undefined;
    if (id !== undefined && isId(id) && this.#items.size < mostItems) this.#items.add(id);
  }
}

const mostItems = 1000;
const isId = (id: string): boolean => id.length > 0 && id.length <= 256;

/** Undefined when the answer leaves nothing that could be named through Sluice. */
export const heldIdsOf = (planned: Planned, { resources }: LineTools): HeldIds | undefined => {
  const { config, identity, body, target, lane } = planned;
  if (resources === undefined || lane !== 'native' || target.served.dialect !== 'openai-responses') return undefined;
  if (body['store'] === false) return undefined;
  const { provider, model } = target;
  // An address or a key that the request brought along could say anybody's ids.
  if (!config.providers.includes(provider)) return undefined;
  const credential = credentialOf(provider);
  return new HeldIds(resources, identity.orgId, {
    owner: ownerOf(identity),
    provider: provider.entry.id,
    model,
    credential,
  });
};
