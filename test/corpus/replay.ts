import { mannersOf } from '../../src/core/catalog/model-manners.ts';
import { quirkChanges } from '../../src/core/catalog/quirks.ts';
import type { DialectId } from '../../src/core/ir/index.ts';
import { applyEdits, type Edit } from '../../src/core/json/edit.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json/json.ts';
import { awsFramesOf } from './answer/aws-frames.ts';
import { compareAnswer } from './answer/compare-answer.ts';
import { type Frame, framesOf, linesOf, readStream, readWhole } from './answer/read-answer.ts';
import { canonical } from './canonical.ts';
import { compareUpstream } from './compare-upstream.ts';
import { type DoorRequest, isPathNamed, otherDoorRequest, sameDoorRequest, streams } from './door-request.ts';
import { type Exchange, requestObject } from './exchange.ts';
import { unhosted } from './hosted-messages.ts';
import { entryNamed, providerId, type Rig, rigKey } from './rig.ts';
import { streamFaults } from './stream/stream-faults.ts';

export interface Verdict {
  readonly outcome: 'passed' | 'failed' | 'inexpressible';
  readonly causes: readonly string[];
  /** Asked once the gateway has written its last log line: what it counted is told there, a moment after the answer. */
  readonly later?: () => readonly string[];
}

/** One recording through one door. */
export interface Replay {
  readonly exchange: Exchange;
  readonly dialect: DialectId;
  readonly door: DialectId;
  readonly lane: number;
}

interface ClientAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Of a stream, whatever its framing. */
  readonly frames?: readonly Frame[];
}

/** Sends the recorded request through the door and judges what reached the provider and what came back. */
export const replayChat = async (rig: Rig, replay: Replay): Promise<Verdict> => {
  const { exchange, dialect, door, lane } = replay;
  const model = `${providerId(exchange.provider, dialect, lane)}/${recordedModel(exchange)}`;
  const request =
    door === dialect
      ? sameDoorRequest(exchange, dialect, model)
      : otherDoorRequest(exchange, { from: dialect, door, model });
  const upstream = rig.upstreams[lane];
  if (upstream === undefined) throw new Error(`no lane ${lane}`);
  upstream.play(exchange);
  const answer = await send(rig, request, exchange);
  const causes = [
    ...judgeUpstream(replay, request, { received: upstream.received[0]?.body, answer }),
    ...judgeAnswer(replay, request, answer),
  ];
  const outcome = causes.length === 0 ? 'passed' : 'failed';
  return answer.status === 200
    ? { outcome, causes, later: () => judgeMeter(rig, exchange, answer) }
    : { outcome, causes };
};

const recordedModel = (exchange: Exchange): string => {
  const inPath = /\/models\/([^:?]+)/.exec(exchange.url)?.[1] ?? /\/model\/([^/?]+)\/converse/.exec(exchange.url)?.[1];
  const inBody = requestObject(exchange)?.['model'];
  const model =
    typeof inBody === 'string' && inBody !== ''
      ? inBody
      : inPath === undefined
        ? 'recorded'
        : decodeURIComponent(inPath);
  return (exchange.api === 'generateContent' || exchange.api === 'converse') && inPath !== undefined
    ? decodeURIComponent(inPath)
    : model;
};

const send = async (rig: Rig, request: DoorRequest, exchange: Exchange): Promise<ClientAnswer> => {
  const beta = exchange.request_headers?.['anthropic-beta'];
  const response = await fetch(`${rig.url}${request.path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${rigKey}`,
      'content-type': 'application/json',
      ...(beta === undefined ? {} : { 'anthropic-beta': beta }),
    },
    body: JSON.stringify(request.body),
  });
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body = new TextDecoder().decode(bytes);
  const frames = framesIn(headers.get('content-type') ?? '', bytes, body);
  return { status, headers, body, ...(frames === undefined ? {} : { frames }) };
};

const framesIn = (contentType: string, bytes: Uint8Array, text: string): readonly Frame[] | undefined => {
  if (contentType.startsWith('text/event-stream')) return framesOf(text);
  if (contentType.startsWith('application/x-ndjson')) return linesOf(text);
  return contentType === 'application/vnd.amazon.eventstream' ? awsFramesOf(bytes) : undefined;
};

const judgeUpstream = (
  replay: Replay,
  request: DoorRequest,
  seen: { readonly received: string | undefined; readonly answer: ClientAnswer },
): readonly string[] => {
  const recorded = requestObject(replay.exchange);
  if (seen.received === undefined) return [`nothing sent: ${seen.answer.status} ${seen.answer.body.slice(0, 200)}`];
  if (recorded === undefined) return [];
  const sent = JSON.parse(seen.received) as JsonObject;
  if (replay.door === replay.dialect) {
    return canonical(sent) === canonical(patched(replay, recorded)) ? [] : ['upstream body differs'];
  }
  try {
    const differing = compareUpstream({
      dialect: replay.dialect,
      recorded,
      sent: sent['anthropic_version'] === undefined ? sent : unhosted(sent, pathOf(replay)),
      stream: streams(replay.exchange),
      losses: request.losses,
      header: seen.answer.headers.get('x-sluice-warnings') ?? '',
    });
    return differing.slice(0, 5).map((field) => `upstream ${field.replaceAll(/\d+/g, '#')}`);
  } catch (error) {
    // A request the provider itself refused need not be readable.
    return replay.exchange.status >= 400
      ? []
      : [`upstream body: ${error instanceof Error ? error.message : String(error)}`];
  }
};

const pathOf = ({ exchange }: Replay) => ({ model: recordedModel(exchange), stream: streams(exchange) });

/** The recording with the patches the native lane is allowed: the model's name, the usage switch, the quirks of the provider. */
const patched = ({ exchange, dialect }: Replay, recorded: JsonObject): JsonObject => {
  const known = entryNamed(exchange.provider);
  const model = recordedModel(exchange);
  const manners = known === undefined ? undefined : mannersOf(known, model);
  const named = isPathNamed(dialect) ? recorded : { ...recorded, model };
  const asked =
    recorded['stream'] === true &&
    dialect.startsWith('openai-c') &&
    manners?.quirks.includes('no-stream-options') !== true
      ? applyEdits(named, [usageEdit(named)])
      : named;
  return applyEdits(asked, quirkChanges(manners?.quirks ?? [], { dialect, operation: 'chat' }, recorded).edits);
};

const usageEdit = (body: JsonObject): Edit =>
  isObject(body['stream_options'])
    ? { op: 'set', path: ['stream_options', 'include_usage'], value: true }
    : { op: 'set', path: ['stream_options'], value: { include_usage: true } };

const judgeAnswer = (replay: Replay, request: DoorRequest, answer: ClientAnswer): readonly string[] => {
  const { exchange, door, dialect } = replay;
  const expected = exchange.expect ?? {};
  if (exchange.status >= 400) return judgeError(replay, answer);
  // Some hosts put an error into an answer with status 200.
  if (expected.error !== undefined) return answer.body.includes(expected.error.message ?? '') ? [] : ['error message'];
  if (answer.status !== 200) {
    const failedInside = expected.stream_error !== undefined || /"status":\s*"failed"/.test(exchange.response_body);
    return failedInside ? [] : [`status ${answer.status}: ${answer.body.slice(0, 160)}`];
  }
  const stream = answer.frames !== undefined;
  try {
    const frames = answer.frames ?? [];
    const got = stream ? readStream(door, frames) : readWhole(door, answer.body);
    if (expected.stream_error !== undefined || expected.stream_truncated === true) return brokenAnswer(got.error);
    const causes = compareAnswer(expected, got, {
      door,
      native: door === dialect,
      wantsUsage: wantsUsage(request.body, door, stream),
    });
    // In its own dialect the provider's order is passed on, whatever it is.
    const order = stream && door !== dialect ? streamFaults(door, frames) : [];
    return [...causes, ...order];
  } catch (error) {
    return [`unreadable answer: ${error instanceof Error ? error.message : String(error)}`];
  }
};

const brokenAnswer = (error: string | undefined): readonly string[] =>
  error === undefined ? ['a broken stream ended without an error'] : [];

const wantsUsage = (body: JsonObject, door: DialectId, stream: boolean): boolean => {
  if (!stream || !door.startsWith('openai-c')) return true;
  const options: Json | undefined = body['stream_options'];
  return isObject(options) && options['include_usage'] === true;
};

/** The gateway's own count, from its log line. */
const judgeMeter = (rig: Rig, exchange: Exchange, answer: ClientAnswer): readonly string[] => {
  const usage = exchange.expect?.usage;
  const { stream_error: failed, stream_truncated: cut, error } = exchange.expect ?? {};
  if (exchange.status >= 400 || failed !== undefined || cut === true || error !== undefined) return [];
  if (usage === null || usage === undefined || typeof usage.input_total !== 'number') return [];
  const id = answer.headers.get('x-request-id') ?? '';
  const record = rig.metered.get(id);
  return record?.inputTokens === usage.input_total && record.outputTokens === (usage.output_total ?? 0)
    ? []
    : ['metered usage'];
};

const judgeError = ({ exchange, door, dialect }: Replay, answer: ClientAnswer): readonly string[] => {
  // A provider's refusal of our key is the gateway's trouble, not the client's.
  const wanted = exchange.status === 401 || exchange.status === 403 ? 502 : exchange.status;
  if (answer.status !== wanted) return [`status ${answer.status} for ${exchange.status}`];
  const message = exchange.expect?.error?.message ?? '';
  if (door === dialect && wanted === exchange.status && isJson(exchange.response_body))
    return answer.body === exchange.response_body ? [] : ['error body changed'];
  const got = readWhole(door, answer.body).error ?? '';
  return got.includes(message) || squeezed(answer.body).includes(squeezed(message)) ? [] : ['error message'];
};

const squeezed = (text: string): string => text.replaceAll(/[\s\\]+/g, '');

const isJson = (text: string): boolean => {
  try {
    return isObject(JSON.parse(text) as Json) || Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
};
