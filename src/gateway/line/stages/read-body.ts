import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { wrappedPrefix } from '../../../core/ir/index.ts';
import { applyEdits, type Edit } from '../../../core/json/edit.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json/json.ts';
import { checkJsonLimits } from '../../../core/json/scan.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { BodyBudget } from '../body-budget.ts';
import type { Received } from '../records.ts';

export interface ReadBody {
  readonly bytes: Uint8Array;
  readonly body: JsonObject;
  /** Somewhere in it stands a seal that Sluice wrapped for a client of another dialect. */
  readonly carriesSeals: boolean;
}

/** What of a request must be known before its body is read. */
type BodyHead = Pick<Received, 'incoming' | 'config' | 'settlement'> & Partial<Pick<Received, 'door'>>;

/** Reads the body within the limits and parses it. Throws a 4xx that says which limit or where the JSON breaks. */
export const readBody = async (received: BodyHead, budget: BodyBudget): Promise<ReadBody> => {
  const { incoming, config, settlement } = received;
  refuseMediaType(incoming.header('content-type'));
  const { bodyBytes, bytesInFlight } = config.limits;
  const announced = Number(incoming.header('content-length') ?? Number.NaN);
  if (announced > bodyBytes) throw tooLarge(bodyBytes);
  const reserved = Number.isNaN(announced) ? 0 : announced;
  if (reserved > 0) takeUntilSettled(received, { budget, bytes: reserved, limitBytes: bytesInFlight });
  const bytes = await incoming.readBody(bodyBytes, announced);
  if (bytes.length > reserved) {
    takeUntilSettled(received, { budget, bytes: bytes.length - reserved, limitBytes: bytesInFlight });
  }
  settlement.facts.bytesIn = bytes.length;
  checkJsonLimits(bytes, { maxValues: config.limits.jsonValues, maxDepth: config.limits.jsonDepth });
  const text = textOf(bytes);
  const read = { bytes, body: parseBody(text), carriesSeals: text.includes(wrappedPrefix) };
  const bodyEdits = received.door?.bodyEdits;
  return bodyEdits === undefined ? read : edited(read, bodyEdits);
};

const edited = (read: ReadBody, edits: readonly Edit[]): ReadBody => ({
  ...read,
  bytes: patchJson(read.bytes, edits),
  body: applyEdits(read.body, edits),
});

const takeUntilSettled = (
  received: BodyHead,
  take: { readonly budget: BodyBudget; readonly bytes: number; readonly limitBytes: number },
): void => {
  take.budget.take(take.bytes, take.limitBytes);
  received.settlement.whenSettled(() => take.budget.give(take.bytes));
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

const textOf = (bytes: Uint8Array): string => {
  if (bytes.length === 0) throw new GatewayError('invalid_json', 'The body is empty. Send a JSON object.');
  try {
    return strict.decode(bytes);
  } catch {
    throw new GatewayError('invalid_json', 'The body is not valid UTF-8. Send JSON encoded as UTF-8.');
  }
};

const parseBody = (text: string): JsonObject => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new GatewayError('invalid_json', notJson(error));
  }
  if (isObject(value)) return value;
  throw new GatewayError(
    'invalid_json',
    `The body is ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}, not a JSON object.`,
  );
};

/** What the parser said, without the piece of the body it may quote. */
const notJson = (error: unknown): string => {
  const position = error instanceof Error ? /position \d+|line \d+ column \d+/.exec(error.message)?.[0] : undefined;
  return `The body is not valid JSON${position === undefined ? '' : ` (${position})`}. Check for a missing quote, comma or bracket.`;
};
