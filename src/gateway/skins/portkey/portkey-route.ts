import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { Acting, Administration } from '../../admin/administration.ts';

export interface PortkeyTools {
  readonly administration: Administration;
  /** The id of a catalogue's provider for another name of it. */
  providerNamed(name: string): string | undefined;
  nextId(): string;
}

/** A request to a route of Portkey's, read. */
export interface PortkeyRequest {
  readonly identity: Identity;
  /** From the path; empty where it names nothing. */
  readonly slug: string;
  /** Empty when none came. */
  readonly body: JsonObject;
}

export interface PortkeyRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly run: (call: PortkeyRequest, tools: PortkeyTools) => Promise<Json>;
}

/** Lists have no pages, and an end all the same. */
export const most = 10_000;

export const actingOf = ({ identity }: PortkeyRequest): Acting => ({ identity });

/** An answer: what the published contract has under `data` stands beside it too, since the official client reads it there. */
export const answered = (data: JsonObject): JsonObject => ({ success: true, data, ...data });

/** A slug that people can tell from others, made of the beginning of a name and the end of an id. */
export const slugOf = (name: string, id: string): string => {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const begin = plain.slice(0, 6).replaceAll(/^-+|-+$/g, '');
  return `${begin === '' ? 'x' : begin}-${id.slice(-8).toLowerCase()}`;
};
