/** What an organisation is made of. Everything a call can be charged to or allowed by is one of these. */
export const objectKinds = [
  'organisation',
  'team',
  'project',
  'user',
  'customer',
  'tag',
  'key',
  'budget',
  'access-group',
  'credential',
  'config',
  'deployment',
  'preset',
] as const;

export type ObjectKind = (typeof objectKinds)[number];

/** The word in addresses, and what ids made by Sluice begin with. */
export const kindNames: Readonly<Record<ObjectKind, { readonly plural: string; readonly prefix: string }>> = {
  organisation: { plural: 'organisations', prefix: 'org_' },
  team: { plural: 'teams', prefix: 'tm_' },
  project: { plural: 'projects', prefix: 'pr_' },
  user: { plural: 'users', prefix: 'us_' },
  customer: { plural: 'customers', prefix: 'cu_' },
  tag: { plural: 'tags', prefix: 'tg_' },
  key: { plural: 'keys', prefix: 'k_' },
  budget: { plural: 'budgets', prefix: 'b_' },
  'access-group': { plural: 'access-groups', prefix: 'ag_' },
  credential: { plural: 'credentials', prefix: 'cr_' },
  config: { plural: 'configs', prefix: 'pc-' },
  deployment: { plural: 'deployments', prefix: 'dp_' },
  preset: { plural: 'presets', prefix: 'ps-' },
};

/** Kinds of which every version is kept. */
export const versionedKinds: ReadonlySet<ObjectKind> = new Set(['config', 'preset']);

/** Kinds that hold secrets, sealed. */
export const sealedKinds: ReadonlySet<ObjectKind> = new Set(['credential', 'deployment']);

/** Kinds that calls use or name, and that say neither who may call nor what is charged. */
export const usedKinds: ReadonlySet<ObjectKind> = new Set(['credential', 'config', 'deployment', 'preset']);
