import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { wrappedPrefix } from '../../../core/ir/index.ts';
import { applyEdits, type Edit } from '../../../core/json/edit.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../core/json/json.ts';
import { findJsonFault } from '../../../core/json/json-fault.ts';
import { repeatedMember } from '../../../core/json/repeated-member.ts';
import { checkJsonLimits } from '../../../core/json/scan.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import { mayNameHeldState } from '../../../core/policy/held-state.ts';
import type { Door } from '../../doors/door.ts';
import type { PumpWheel } from '../../doors/pump-wheel.ts';
import { type BodyBudget, BodyShare } from '../body-budget.ts';
import type { Received } from '../records.ts';
import { BodyWait } from './body-wait.ts';

export interface ReadBody {
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** Somewhere in it stands a seal that Sluice wrapped for a client of another dialect. */
  readonly carriesSeals: boolean;
  /** Headers that came in it, at doors that have them there. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What of a request must be known before its body is read. */
type BodyHead = Pick<Received, 'incoming' | 'config' | 'settlement' | 'cancellation'> & Partial<Pick<Received, 'door'>>;

/** Reads the body within the limits and parses it. Throws a 4xx that says which limit or where the JSON breaks. */
export const readBody = async (
  received: BodyHead,
  { budget, wheel }: { readonly budget: BodyBudget; readonly wheel: PumpWheel },
): Promise<ReadBody> => {
  const { incoming, config, settlement } = received;
  refuseMediaType(incoming.header('content-type'));
  const { bodyBytes, bytesInFlight, bodyMs } = config.limits;
  const announced = Number(incoming.header('content-length') ?? Number.NaN);
  if (announced > bodyBytes) throw tooLarge(bodyBytes);
  const share = new BodyShare(budget, bytesInFlight, settlement);
  if (announced > 0) share.take(announced);
  const read = incoming.readBody(bodyBytes, announced, share.take);
  const bytes = await new BodyWait(read, bodyMs, { wheel, cancellation: received.cancellation }).body;
  settlement.facts.bytesIn = bytes.length;
  checkJsonLimits(bytes, { maxValues: config.limits.jsonValues, maxDepth: config.limits.jsonDepth });
  const text = textOf(bytes, incoming);
  const body = parseBody(text);
  if (mayNameHeldState(text)) refuseRepetition(bytes);
  const whole = { bytes, body, carriesSeals: text.includes(wrappedPrefix) };
  const { door } = received;
  return door?.bodyEdits === undefined ? whole : edited(whole, door.bodyEdits, door.headerMember);
};

const edited = (read: ReadBody, edits: readonly Edit[], place: Door['headerMember']): ReadBody => {
  const words = place === undefined ? undefined : read.body[place.member];
  return {
    ...read,
    bytes: patchJson(read.bytes, edits),
    body: applyEdits(read.body, edits),
    ...(place === undefined || !isArray(words)
      ? {}
      : { headers: { [place.header]: words.filter(isString).join(',') } }),
  };
};

const refuseMediaType = (contentType: string | undefined): void => {
  if (contentType === undefined || contentType === 'application/json') return;
  if (/^\s*(?:application\/(?:[\w.+-]*\+)?json|text\/plain)\b/i.test(contentType)) return;
  throw new GatewayError(
    'unsupported_media_type',
    `Content-Type "${contentType.slice(0, 80)}" is not taken here. Send the body as application/json.`,
  );
};

/** The refusal of a body beyond the limit. */
export const tooLarge = (limitBytes: number): GatewayError =>
  new GatewayError(
    'body_too_large',
    `The body is larger than ${Math.floor(limitBytes / 1024 / 1024)} MB. Send less, or raise limits.body_bytes.`,
  );

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array, incoming: BodyHead['incoming']): string => {
  if (bytes.length === 0) throw new GatewayError('invalid_json', 'The body is empty. Send a JSON object.');
  try {
    return strict.decode(bytes);
  } catch {
    // What is packed is never UTF-8, so only here is it worth a look.
    const encoding = incoming.header('content-encoding') ?? 'identity';
    if (encoding !== 'identity') throw packed(encoding);
    throw new GatewayError('invalid_json', 'The body is not valid UTF-8. Send JSON encoded as UTF-8.');
  }
};

const packed = (encoding: string): GatewayError =>
  new GatewayError(
    'unsupported_media_type',
    `Content-Encoding "${encoding.slice(0, 80)}" is not taken here. Send the body unpacked.`,
  );

const parseBody = (text: string): JsonObject => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new GatewayError('invalid_json', notJson(text));
  }
  if (isObject(value)) return value;
  throw new GatewayError('invalid_json', `The body is ${kindOf(value)}, not a JSON object.`);
};

const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
};

/** Finding the place takes a second look, and longer bodies would keep others waiting. */
const longestSearched = 4_000_000;

const notJson = (text: string): string => {
  const fault = text.length > longestSearched ? undefined : findJsonFault(text);
  if (fault === undefined) return 'The body is not valid JSON. Check for a missing quote, comma or bracket.';
  return `The body is not valid JSON: at line ${fault.line}, column ${fault.column} ${fault.expected} is missing.`;
};

/** Throws `invalid_request` when a member stands twice: what was checked might not be what is sent. */
export const refuseRepetition = (bytes: Uint8Array): void => {
  const name = repeatedMember(bytes);
  if (name === undefined) return;
  throw new GatewayError(
    'invalid_request',
    `The member "${name.slice(0, 100)}" stands twice in one object, and readers differ in which one they take. Send it once.`,
    { param: name.slice(0, 100) },
  );
};
