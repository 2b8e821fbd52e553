/** Things that a provider keeps for the account Sluice calls it with, and that clients name later. */
export type ResourceKind = 'response' | 'item';

export interface Resource {
  readonly kind: ResourceKind;
  /** The provider's own id. */
  readonly id: string;
}

/** Whose something is, and where. */
export interface ResourcePlace {
  /** `project:ID` or `key:ID`; `master`. */
  readonly owner: string;
  /** The provider that keeps it. */
  readonly provider: string;
  readonly model: string;
  /** The organisation whose own key at the provider made it; empty for the installation's. */
  readonly credential: string;
}

export interface Resources {
  /** Written down in the order of the calls; a later `find` sees it. Never throws. */
  add(orgId: string, things: readonly Resource[], place: ResourcePlace): void;
  /** The places of those that are known in the organisation, by id. */
  find(orgId: string, things: readonly Resource[]): Promise<ReadonlyMap<string, ResourcePlace>>;
  /** It is deleted at its provider. */
  remove(orgId: string, thing: Resource): Promise<void>;
}
