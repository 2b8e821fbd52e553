import type { Json } from '../../core/json/json.ts';
import type { Acting, Administration } from './administration.ts';

/** A request to the admin API, read. */
export interface AdminCall {
  readonly acting: Acting;
  /** From the path, decoded. */
  readonly id: string;
  readonly query: ReadonlyMap<string, string>;
  /** Parsed; undefined when none came. */
  readonly body: unknown;
  /** From If-Match. */
  readonly expectedRevision: number | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Json | undefined;
  /** Of the object that is answered. */
  readonly revision?: number;
  /** Where what was made is. */
  readonly location?: string;
  readonly repeated?: boolean;
}

export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind `/admin/v1`: `/keys/{id}/rotate`. */
  readonly path: string;
  readonly summary: string;
  /** Names in the contract's components; absent: no body. */
  readonly takes?: string;
  readonly gives?: string;
  /** Names and meanings of what may stand in the query. */
  readonly asks?: Readonly<Record<string, string>>;
  readonly run: (call: AdminCall, administration: Administration) => Promise<AdminAnswer>;
}
