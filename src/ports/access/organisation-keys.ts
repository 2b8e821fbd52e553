/** A key of a provider's that an organisation brought. */
export interface OrganisationCredential {
  readonly id: string;
  readonly alias?: string;
  /** The provider's id. */
  readonly provider: string;
  readonly apiKey: string;
  /** Used where a call names it and nowhere else. */
  readonly onlyNamed: boolean;
}

/** Keys of providers that organisations brought themselves. */
export interface OrganisationKeys {
  /** By provider id; another map after every change. Undefined when there is none. */
  of(orgId: string): ReadonlyMap<string, string> | undefined;
  /** Each of them, by id and by alias. */
  named(orgId: string): ReadonlyMap<string, OrganisationCredential>;
}
