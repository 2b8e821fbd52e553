/** Everybody who may come to the door. The last word of an admin says whether it may change things. */
export const roles = [
  'nobody',
  'wrong',
  'expired',
  'blocked',
  'revoked',
  'replaced',
  'member',
  'narrow',
  'foreign-member',
  'team-read',
  'team-write',
  'organisation-read',
  'organisation-write',
  'master',
] as const;

export type Role = (typeof roles)[number];

/** Who has no key that works. */
export const strangers: ReadonlySet<Role> = new Set(['nobody', 'wrong', 'expired', 'blocked', 'revoked', 'replaced']);
/** Whose keys are for calls only. */
export const callers: ReadonlySet<Role> = new Set(['member', 'narrow', 'foreign-member']);

/** Ways to send a key. Those that are not `known` must open nothing, whoever sends it. */
export interface Form {
  readonly name: string;
  readonly known: boolean;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  readonly query?: (key: string) => string;
}

const none = (): Readonly<Record<string, string>> => ({});

export const forms: readonly Form[] = [
  { name: 'bearer', known: true, headers: (key) => ({ authorization: `Bearer ${key}` }) },
  { name: 'x-api-key', known: true, headers: (key) => ({ 'x-api-key': key }) },
  { name: 'api-key', known: true, headers: (key) => ({ 'api-key': key }) },
  { name: 'x-goog-api-key', known: true, headers: (key) => ({ 'x-goog-api-key': key }) },
  { name: 'x-litellm-api-key', known: true, headers: (key) => ({ 'x-litellm-api-key': key }) },
  { name: 'query', known: true, headers: none, query: (key) => `key=${encodeURIComponent(key)}` },
  { name: 'basic', known: false, headers: (key) => ({ authorization: `Basic ${btoa(`user:${key}`)}` }) },
  { name: 'cookie', known: false, headers: (key) => ({ cookie: `key=${key}; token=${key}` }) },
  { name: 'token', known: false, headers: (key) => ({ authorization: `Token ${key}` }) },
  { name: 'other-query', known: false, headers: none, query: (key) => `api_key=${key}&token=${key}` },
];
