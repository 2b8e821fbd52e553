/** A router of an organisation: a name, and versions that never change. */
export interface StoredRouter {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  /** The version that answers; absent: none, so the models' known strength decides. */
  readonly active?: number;
  /** Oldest first. */
  readonly versions: readonly RouterVersion[];
}

/** What is told of a version beside its artefact. */
export interface RouterVersion {
  readonly version: number;
  readonly createdMs: number;
  readonly origin: 'trained' | 'imported';
  readonly models: readonly string[];
  readonly rows: number;
  readonly warnings: readonly string[];
  /** Absent where nothing was held out to judge by. */
  readonly verdict?: { readonly word: 'better' | 'not shown' | 'worse'; readonly sentence: string };
  /** Of the artefact, in hexadecimal: the same file and seed give the same. */
  readonly sha256: string;
}

export interface NewVersion extends Omit<RouterVersion, 'version' | 'createdMs' | 'sha256'> {
  readonly artefact: Uint8Array;
  /** The whole evaluation, as JSON. */
  readonly report?: string;
}

/** Where routers are kept. Every method rejects when the disk fails; `not_found` as a `GatewayError` for a router that is not there. */
export interface RouterStore {
  /** By rising age. */
  list(orgId: string): Promise<readonly StoredRouter[]>;
  get(orgId: string, id: string): Promise<StoredRouter | undefined>;
  create(orgId: string, router: { readonly id: string; readonly name: string }): Promise<StoredRouter>;
  rename(orgId: string, id: string, name: string): Promise<void>;
  remove(orgId: string, id: string): Promise<void>;
  /** Adds a version and does not activate it. */
  addVersion(orgId: string, id: string, version: NewVersion): Promise<RouterVersion>;
  activate(orgId: string, id: string, version: number): Promise<void>;
  artefact(orgId: string, id: string, version: number): Promise<Uint8Array | undefined>;
  report(orgId: string, id: string, version: number): Promise<string | undefined>;
}
