import type { ErrorCode, GatewayError, UpstreamFault } from './gateway-error.ts';

/** What kind of failure an attempt ended in. Routes, retries, breakers and statistics go by these, never by statuses or wording. */
export const failureClasses = [
  /** The provider failed by itself or could not be reached. */
  'transient',
  'timeout',
  /** It answered with something that is no answer. */
  'bad-response',
  'rate-limit',
  /** Its account has no money or allowance left; waiting a moment will not help. */
  'quota',
  /** It does not accept our key. */
  'credential',
  'model-access',
  'model-gone',
  'region',
  'context-window',
  'content-policy',
  /** The target cannot carry what was asked; another may. */
  'unsupported',
  /** The request is wrong wherever it goes, or nobody waits for it any more. */
  'caller-fault',
  'unknown',
] as const;

export type FailureClass = (typeof failureClasses)[number];

interface Wording {
  readonly class: FailureClass;
  /** Any when absent. */
  readonly statuses?: readonly number[];
  readonly says: RegExp;
}

// Read from top to bottom. Some hosts answer an empty balance with 429, and waiting will not help, so quota stands before rate limits;
// several say that the prompt is too long with 413 or 422, so the window stands before plain refusals.
const wordings: readonly Wording[] = [
  {
    class: 'context-window',
    statuses: [400, 413, 422],
    says: /context[_ -]?(?:length|window)|maximum context|prompt is too long|too many (?:input )?tokens|input token count|exceeds? the (?:model'?s )?max(?:imum)? (?:input|token)/i,
  },
  {
    class: 'content-policy',
    statuses: [400, 403, 422],
    says: /content[_ ](?:policy|filter|management)|responsible ?ai|moderation|flagged|safety|prohibited[_ ]content/i,
  },
  {
    class: 'quota',
    says: /insufficient[_ ](?:quota|balance|funds|credit)|exceeded your current quota|credit balance|billing|out of credits?|payment required|spend(?:ing)? limit/i,
  },
  {
    class: 'region',
    statuses: [400, 403, 451],
    says: /(?:country|region|location|territory).{0,40}not supported|unsupported_country/i,
  },
  {
    class: 'model-access',
    statuses: [400, 403, 404],
    says: /(?:do(?:es)? not|don't) have access|not (?:authori[sz]ed|allowed|enabled|permitted).{0,40}model|model.{0,60}(?:access denied|not enabled)/i,
  },
  {
    class: 'model-gone',
    statuses: [400, 404, 410],
    says: /model.{0,120}(?:not found|does not exist|not exist|no longer|deprecated|decommissioned|retired|unknown)|(?:unknown|no such|invalid) model|model_not_found|not_found_error/i,
  },
];

const byStatus: Readonly<Record<number, FailureClass>> = {
  401: 'credential',
  402: 'quota',
  403: 'credential',
  404: 'model-gone',
  408: 'timeout',
  409: 'transient',
  410: 'model-gone',
  425: 'transient',
  429: 'rate-limit',
  451: 'region',
  504: 'timeout',
  524: 'timeout',
};

const byCode: Readonly<Partial<Record<ErrorCode, FailureClass>>> = {
  upstream_unreachable: 'transient',
  upstream_cut: 'transient',
  upstream_error: 'transient',
  upstream_overloaded: 'transient',
  upstream_timeout: 'timeout',
  upstream_invalid: 'bad-response',
  upstream_auth: 'credential',
  upstream_rate_limited: 'rate-limit',
  upstream_refused: 'caller-fault',
  unsupported_by_target: 'unsupported',
  /** It has no place for one more call of ours, which is no fault of its own. */
  target_busy: 'unsupported',
  /** Larger than what this provider is sent. */
  body_too_large: 'unsupported',
  internal: 'unknown',
};

/** The class of a failure of which only our own code is known. */
export const classOfCode = (code: string): FailureClass =>
  Object.hasOwn(byCode, code) ? (byCode[code as ErrorCode] ?? 'caller-fault') : 'caller-fault';

/** The class of a failure. What is none of the provider's doing is the caller's. */
export const classifyFailure = (error: GatewayError): FailureClass => {
  // What may be spent at one provider says nothing of another.
  if (error.detail.budget?.scope.startsWith('provider:') === true) return 'quota';
  const { upstream } = error.detail;
  return (upstream === undefined ? undefined : ofFault(upstream)) ?? classOfCode(error.code);
};

const ofFault = (fault: UpstreamFault): FailureClass | undefined => {
  if (fault.status < 400) return undefined;
  const said = `${fault.type ?? ''} ${fault.code ?? ''} ${fault.message}`;
  const found = wordings.find(
    ({ statuses, says }) => fault.status < 500 && (statuses?.includes(fault.status) ?? true) && says.test(said),
  );
  if (found !== undefined) return found.class;
  return byStatus[fault.status] ?? (fault.status >= 500 ? 'transient' : 'caller-fault');
};
