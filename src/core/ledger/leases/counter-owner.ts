const installation = 'installation/';

/**
 * The organisation that a counter's row belongs to. Budgets of providers are the installation's: calls of all organisations count on one row, whoever
 * makes them.
 */
export const counterOwner = (orgId: string, counter: string): string =>
  counter.startsWith(installation) ? 'installation' : orgId;
