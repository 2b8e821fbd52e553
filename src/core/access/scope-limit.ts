import type { LimitDocument } from './documents.ts';

/** Rate limits that hang on one scope. */
export interface ScopeLimit {
  /** Names its counters: two scopes never share one. */
  readonly id: string;
  /** `kind:id`, such as `key:k_1`. */
  readonly scope: string;
  /** Only calls of these models count: `provider/model`, `*` for any rest. */
  readonly models?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly requestsPerDay?: number;
  readonly tokensPerMinute?: number;
  readonly inputTokensPerMinute?: number;
  readonly outputTokensPerMinute?: number;
  readonly parallelRequests?: number;
}

/** The limits of a scope in the code's own spelling. `home` is the organisation, so that ids of two of them never meet. */
export const scopeLimits = (
  documents: readonly LimitDocument[] | undefined,
  at: { readonly home: string; readonly scope: string },
): readonly ScopeLimit[] => (documents ?? []).map((document) => scopeLimit(document, at));

const scopeLimit = (
  document: LimitDocument,
  { home, scope }: { readonly home: string; readonly scope: string },
): ScopeLimit => {
  const { models } = document;
  return {
    id: `${home}/${scope}${models === undefined ? '' : `/${models.toSorted().join(',')}`}`,
    scope,
    ...(models === undefined ? {} : { models }),
    ...rate('requestsPerMinute', document.requests_per_minute),
    ...rate('requestsPerDay', document.requests_per_day),
    ...rate('tokensPerMinute', document.tokens_per_minute),
    ...rate('inputTokensPerMinute', document.input_tokens_per_minute),
    ...rate('outputTokensPerMinute', document.output_tokens_per_minute),
    ...rate('parallelRequests', document.parallel_requests),
  };
};

const rate = <Name extends string>(name: Name, value: number | undefined): { readonly [Key in Name]?: number } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: number });
