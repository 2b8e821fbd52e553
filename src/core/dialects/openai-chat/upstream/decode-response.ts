import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatResponse, Choice } from '../../../ir/index.ts';
import {
  arrayAt,
  isArray,
  isObject,
  type Json,
  type JsonDraft,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from '../../../json/json.ts';
import { readAnnotation } from '../wire/annotations.ts';
import { readLogprobs } from '../wire/logprobs.ts';
import { readAudio, readImages } from '../wire/media-out.ts';
import { own, restOf } from '../wire/own.ts';
import { readContent } from '../wire/read-part.ts';
import { readSources, withSources } from '../wire/sources.ts';
import { readStop, type StopEvidence } from '../wire/stop-reason.ts';
import { providerSeal, readThinking } from '../wire/thinking.ts';
import { readCallSeal, readToolCalls } from '../wire/tool-calls.ts';
import { answerUsage } from '../wire/usage.ts';
import { knownChoice, knownMessage, knownTop } from './known-members.ts';
import { inBandFailure } from './upstream-failure.ts';

/** Reads a whole answer of POST /chat/completions. */
export const decodeResponse = (body: Json): ChatResponse => {
  if (!isObject(body)) throw invalid('is not a JSON object');
  const choices = body['choices'];
  const failed = body['error'] !== undefined && body['error'] !== null;
  if (failed && (!isArray(choices) || choices.length === 0)) throw inBandFailure(body);
  if (!isArray(choices)) throw body['object'] === 'error' ? inBandFailure(body) : invalid('has no "choices"');
  const id = stringAt(body, 'id') ?? '';
  const usage = answerUsage(body);
  const created = numberAt(body, 'created');
  const tier = stringAt(body, 'service_tier');
  const extras = restOf(body, knownTop);
  const sources = readSources(body);
  return {
    id,
    model: stringAt(body, 'model') ?? '',
    ...(created === undefined ? {} : { createdSeconds: created }),
    choices: choices.map((wire, place) => {
      const choice = decodeChoice(wire, place, idSeed(id, created));
      return sources.length === 0 ? choice : { ...choice, blocks: withSources(choice.blocks, sources) };
    }),
    ...(usage === undefined ? {} : { usage }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
    ...(extras === undefined ? {} : { extras: { [own]: extras } }),
  };
};

/** What ids of calls that came without one are made of: the answer's id, or its time. */
export const idSeed = (id: string, created: number | undefined): string => (id === '' ? String(created ?? '') : id);

const invalid = (problem: string): GatewayError =>
  new GatewayError('upstream_invalid', `The provider's answer ${problem}.`);

const decodeChoice = (wire: Json, place: number, id: string): Choice => {
  if (!isObject(wire)) throw invalid(`has a choice that is not an object (choices[${place}])`);
  const message = objectAt(wire, 'message');
  if (message === undefined) throw invalid(`has a choice without a message (choices[${place}])`);
  const index = numberAt(wire, 'index') ?? place;
  const { blocks, leftover } = decodeMessage(message, (call) => `call_${id}_${index}_${call}`);
  const rawStop = stringAt(wire, 'finish_reason') ?? '';
  const wireLogprobs = objectAt(wire, 'logprobs');
  const logprobs = readLogprobs(wireLogprobs?.['content']);
  const refusalLogprobs = readLogprobs(wireLogprobs?.['refusal']);
  const extras: JsonDraft = { ...restOf(wire, knownChoice) };
  const otherLogprobs = wireLogprobs && restOf(wireLogprobs, knownLogprobs);
  if (otherLogprobs !== undefined) extras['logprobs'] = otherLogprobs;
  if (leftover !== undefined) extras['message'] = leftover;
  return {
    index,
    blocks,
    stop: readStop(rawStop, evidenceOf(blocks)),
    rawStop,
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(refusalLogprobs === undefined ? {} : { refusalLogprobs }),
    ...(Object.keys(extras).length === 0 ? {} : { extras: { [own]: extras } }),
  };
};

const evidenceOf = (blocks: readonly Block[]): StopEvidence => ({
  calledTools: blocks.some((block) => block.kind === 'tool-call'),
  refused: blocks.some((block) => block.kind === 'refusal'),
});

const decodeMessage = (
  message: JsonObject,
  makeId: (place: number) => string,
): { readonly blocks: readonly Block[]; readonly leftover: JsonObject | undefined } => {
  const refusal = stringAt(message, 'refusal');
  const audio = readAudio(message);
  const spoken = decodeSpoken(message);
  const blocks: Block[] = [
    ...readThinking(message, providerSeal),
    ...spoken.blocks,
    ...(refusal === undefined || refusal === '' ? [] : [{ kind: 'refusal', text: refusal } as const]),
    ...readImages(message),
    ...(audio === undefined ? [] : [audio]),
    ...readToolCalls(message, makeId),
  ];
  const rest = restOf(message, knownMessage);
  const leftover = spoken.annotations.length === 0 ? rest : { ...rest, annotations: spoken.annotations };
  return { blocks, leftover };
};

/** Text with its citations and signature, which belong to the last text; citations of an answer without text are left over. */
const decodeSpoken = (
  message: JsonObject,
): { readonly blocks: readonly Block[]; readonly annotations: readonly Json[] } => {
  const blocks = readContent(message['content']);
  const annotations = arrayAt(message, 'annotations');
  const seal = readCallSeal(message);
  if (annotations.length === 0 && seal === undefined) return { blocks, annotations };
  const last = blocks.findLastIndex((block) => block.kind === 'text');
  if (last < 0) return { blocks, annotations };
  const base = blocks.slice(0, last).reduce((sum, block) => sum + (block.kind === 'text' ? block.text.length : 0), 0);
  const beside = {
    ...(annotations.length === 0 ? {} : { citations: annotations.map((entry) => readAnnotation(entry, base)) }),
    ...(seal === undefined ? {} : { seal }),
  };
  return {
    blocks: blocks.map((block, index) => (index === last ? ({ ...block, ...beside } as Block) : block)),
    annotations: [],
  };
};

const knownLogprobs = new Set(['content', 'refusal']);
