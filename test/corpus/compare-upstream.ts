import type { DialectId, Loss } from '../../src/core/ir/index.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { compareRequests } from '../../src/simulators/compare-requests.ts';
import { decodeRequest } from '../../src/simulators/decode/decode-request.ts';
import { isPathNamed } from './door-request.ts';

/** What a warning must speak of to account for a difference in a field of the simulators' reading. */
const topics: readonly (readonly [field: RegExp, warning: RegExp])[] = [
  [/cache/i, /cache/i],
  [/signature/, /seal|signature|thinking|reasoning|encrypted|blocks/i],
  [/^maxOutputTokens/, /max_?(?:output_?|completion_?)?tokens/i],
  [/^topP/, /top_?p\b/i],
  [/^topK/, /top_?k\b/i],
  [/^topLogprobs|^logprobs/, /logprobs/i],
  [/^logitBias/, /logit_?bias/i],
  [/^presencePenalty/, /presence_?penalty/i],
  [/^frequencyPenalty/, /frequency_?penalty/i],
  [/^parallelToolCalls/, /parallel|disable_parallel/i],
  [/^toolChoice/, /tool_?choice|tool_?config|allowed/i],
  [/^tools\[/, /tools|tool_?choice|allowed/i],
  [/^seed/, /seed/i],
  [/^output/, /output|response_?format|text\.format|schema/i],
  [/^reasoning/, /reasoning|think|effort/i],
  [/^serviceTier/, /service_?tier/i],
  [/^promptCacheKey/, /cache_?key/i],
  [/^n$/, /\bn\b|choices|candidate/i],
  [/^user/, /user|safety_identifier/i],
  [/^metadata/, /metadata|labels/i],
  [/^system/, /system|developer|turns|messages|instructions/i],
];

/** A warning that a whole turn or part was dropped or moved, in the words of the representation or of a client's dialect. */
const wholePart =
  /(?:^|[\s.])(?:turns|messages|input|contents|blocks|content|parts)(?:\[\d*\])*(?:\.role)?(?:\s*\(.*\))?$/;

/** What a warning about one member of a part may call it. */
const memberWords: Readonly<Record<string, RegExp>> = {
  cache: /cache/i,
  signature: /seal|signature|encrypted/i,
  failed: /failed|is_error/i,
  filename: /filename|title|display_?name|document\.name/i,
};

/** A part that differs as a whole needs a warning about a whole part; a member needs one that names the member. */
const turnAccountedFor = (field: string, warnings: readonly string[]): boolean => {
  const leaf = field.split(/[.[\]]+/).findLast((step) => step !== '' && !/^\d+$/.test(step)) ?? '';
  if (warnings.some((warning) => warning !== '' && wholePart.test(warning))) return true;
  if (leaf === 'parts' || leaf === 'turns') return false;
  const words = memberWords[leaf] ?? new RegExp(`\\b${leaf}`, 'i');
  return warnings.some((warning) => words.test(warning));
};

const accountedFor = (path: string, warnings: readonly string[]): boolean => {
  // A plus marks what only the second request has.
  const field = path.replace(/^\+/, '');
  if (field.startsWith('rest.')) {
    const steps = field
      .slice('rest.'.length)
      .split(/[.[\]]+/)
      .filter((step) => !places.test(step));
    const names = steps.flatMap((step) => [step, ...(otherNames[step] ?? [])]);
    return warnings.some((warning) => names.some((name) => warning.includes(name)));
  }
  if (field.startsWith('turns')) return turnAccountedFor(field, warnings);
  const topic = topics.find(([pattern]) => pattern.test(field));
  const pattern = topic?.[1] ?? new RegExp(`\\b${field.split(/[.[]/)[0] ?? field}\\b`, 'i');
  return warnings.some((warning) => pattern.test(warning));
};

/** Steps of a path that only say where, not what. */
const places = /^(?:\d*|#|messages|input|contents|tools|content|parts|generationConfig|toolConfig)$/;

/** What the representation calls a member of the wire. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  citations: ['citable'],
  include_reasoning: ['reasoning'],
};

export interface UpstreamCheck {
  readonly dialect: DialectId;
  readonly recorded: JsonObject;
  readonly sent: JsonObject;
  readonly stream: boolean;
  /** Lost when the recording was said in the door's dialect. */
  readonly losses: readonly Loss[];
  /** The warning header, as it came. */
  readonly header: string;
}

/** Fields of the provider's reading that differ from the recording's and that no warning names. */
export const compareUpstream = (check: UpstreamCheck): readonly string[] => {
  const hints = { model: 'm', stream: check.stream };
  const named = (body: JsonObject): JsonObject => (isPathNamed(check.dialect) ? body : { ...body, model: 'm' });
  const before = decodeRequest(check.dialect, named(check.recorded), hints);
  const after = decodeRequest(check.dialect, named(check.sent), hints);
  const warnings = [...check.losses.map(({ field }) => field), ...check.header.split('; ')];
  return compareRequests(before, after).filter(
    (field) => !neverCounts.test(field.replace(/^\+/, '')) && !accountedFor(field, warnings),
  );
};

/** How usage is asked for is the gateway's own affair, and what is kept (`store`) is set by it where it cannot be said. */
const neverCounts = /^(?:stream|streamUsage|model|store|include)$/;
