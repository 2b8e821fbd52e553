/** What holds rates: calls and tokens in a minute, calls in a day (UTC), calls at once. */
export const rateKinds = [
  'requestsPerMinute',
  'requestsPerDay',
  'tokensPerMinute',
  'inputTokensPerMinute',
  'outputTokensPerMinute',
  'parallelRequests',
] as const;
export type RateKind = (typeof rateKinds)[number];

/** How one limit stands. */
export interface RateStanding {
  readonly kind: RateKind;
  /** `kind:id`, such as `key:k_1`. */
  readonly scope: string;
  /** The models the limit is narrowed to. */
  readonly models?: readonly string[];
  readonly limit: number;
  readonly remaining: number;
  /** Until nothing of it is used any more. */
  readonly resetMs: number;
}

const families = {
  requests: ['requestsPerMinute', 'requestsPerDay'],
  tokens: ['tokensPerMinute', 'inputTokensPerMinute', 'outputTokensPerMinute'],
} as const satisfies Readonly<Record<string, readonly RateKind[]>>;

/** `x-ratelimit-limit-requests` and its like, of the limit of each family that leaves least. */
export const rateHeaders = (standings: readonly RateStanding[]): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {};
  for (const [family, kinds] of Object.entries(families)) {
    const [tightest] = standings
      .filter(({ kind }) => (kinds as readonly RateKind[]).includes(kind))
      .toSorted((one, other) => one.remaining - other.remaining || other.resetMs - one.resetMs);
    if (tightest === undefined) continue;
    headers[`x-ratelimit-limit-${family}`] = String(tightest.limit);
    headers[`x-ratelimit-remaining-${family}`] = String(tightest.remaining);
    headers[`x-ratelimit-reset-${family}`] = durationText(tightest.resetMs);
  }
  return headers;
};

/** Durations as OpenAI writes them: `12ms`, `7s`, `1m0s`, `2h3m0s`. */
const durationText = (ms: number): string => {
  if (ms > 0 && ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
};
