/** Keys of providers that organisations brought themselves. */
export interface OrganisationKeys {
  /** By provider id; another map after every change. Undefined when there is none. */
  of(orgId: string): ReadonlyMap<string, string> | undefined;
}
