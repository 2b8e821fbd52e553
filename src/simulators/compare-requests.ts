import { isArray, isObject, type Json, type JsonDraft, type JsonObject } from '../core/json/json.ts';
import { canonicalJson, resultText } from './decode/tool-result-parts.ts';
import type {
  MediaPart,
  SimulatedPart,
  SimulatedReasoning,
  SimulatedRequest,
  SimulatedTool,
  SystemText,
} from './simulated-request.ts';

/**
 * The fields in which two requests differ, as paths (`turns[2].parts[0].text`, `temperature`). What wires leave open does not count: call
 * ids, the usage chunk of a stream, the name of a schema that one side cannot write, `auto` against nothing, `strict: false` against nothing, how the texts of one
 * tool result or of one run of system prompts are cut, a budget of thinking against the effort it stands for.
 */
export const compareRequests = (a: SimulatedRequest, b: SimulatedRequest): readonly string[] => {
  const found: string[] = [];
  compareReasoning(a.reasoning, b.reasoning, found);
  differ(comparable(a), comparable(b), { path: '', found });
  return [...new Set(found)];
};

const comparable = (request: SimulatedRequest): JsonObject => {
  const { reasoning: _reasoning, include: _include, streamUsage: _streamUsage, ...plain } = request;
  return {
    ...(plain as unknown as JsonObject),
    system: systemRuns(request.system),
    turns: request.turns.map((turn) => ({ role: turn.role, parts: ordered(turn.parts).map(comparablePart) })),
    tools: request.tools.map(comparableTool),
    toolChoice:
      request.toolChoice?.mode === 'auto' && request.toolChoice.names === undefined
        ? undefined
        : (request.toolChoice as unknown as Json),
    parallelToolCalls: request.parallelToolCalls === false ? false : undefined,
    output: request.output?.kind === 'text' ? undefined : (request.output as unknown as Json),
    n: request.n === 1 ? undefined : request.n,
    logprobs: request.logprobs === true ? true : undefined,
    modalities: request.modalities?.every((word) => word === 'text') === true ? undefined : request.modalities,
  };
};

/** Prompts that stand together count as one text: wires cut them differently. */
const systemRuns = (system: readonly SystemText[]): readonly Json[] => {
  const runs: { text: string; position: number; cache: string[] }[] = [];
  for (const piece of system) {
    const last = runs.at(-1);
    const cache = piece.cache === undefined ? [] : [piece.cache];
    if (last?.position === piece.position) {
      last.text += `\n${piece.text}`;
      last.cache.push(...cache);
    } else runs.push({ text: piece.text, position: piece.position, cache });
  }
  return runs.map((run) => ({
    text: run.text.replaceAll(/\n+/g, '\n').trim(),
    position: run.position,
    cache: run.cache,
  }));
};

const ranks: Readonly<Partial<Record<SimulatedPart['kind'], number>>> = { thinking: 0, 'tool-call': 2 };

/** Some wires keep thoughts, words and calls apart, so their order within a turn does not count. */
const ordered = (parts: readonly SimulatedPart[]): readonly SimulatedPart[] =>
  parts.toSorted((a, b) => (ranks[a.kind] ?? 1) - (ranks[b.kind] ?? 1));

const comparablePart = (part: SimulatedPart): Json => {
  switch (part.kind) {
    case 'tool-call':
      return { ...part, id: '', arguments: JSON.parse(canonicalJson(part.arguments)) as Json };
    case 'tool-result':
      return { ...part, id: '', parts: resultRun(part.parts) };
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return comparableMedia(part);
    case 'text':
    case 'thinking':
    case 'refusal':
    case 'other':
      return part as unknown as Json;
  }
};

/** A result's texts as one text without white space at the seams, then its media. */
const resultRun = (parts: readonly SimulatedPart[]): readonly Json[] => {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  const others = parts.filter((part) => part.kind !== 'text').map(comparablePart);
  if (texts.length === 0) return others;
  const joined = texts.length === 1 ? resultText(texts[0] ?? '') : texts.map((text) => text.trim()).join('\n');
  return [{ kind: 'text', text: joined.replaceAll(/\n+/g, '\n') }, ...others];
};

/** Names of types that mean the same. */
const usualTypes: Readonly<Record<string, string>> = {
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'image/jpg': 'image/jpeg',
};

/** A link needs no type, a text is a text whether it is written plainly or as base64. */
const comparableMedia = (part: MediaPart): Json => {
  const { source, mimeType, ...rest } = part;
  if (source.kind === 'url' || source.kind === 'file') return { ...rest, source: { ...source } };
  if (source.kind === 'text') return { ...rest, source: { ...source } };
  const usual = mimeType === undefined ? undefined : (usualTypes[mimeType] ?? mimeType);
  if (mimeType?.startsWith('text/') !== true) return { ...rest, mimeType: usual, source: { ...source } };
  return { ...rest, source: { kind: 'text', text: Buffer.from(source.data, 'base64').toString('utf8') } };
};

const emptySchema = { type: 'object', properties: {} } as const;

const comparableTool = (tool: SimulatedTool): Json => {
  if (tool.kind !== 'function') return tool as unknown as Json;
  const schema: JsonObject =
    tool.schema?.['type'] === 'object' ? { ...emptySchema, ...tool.schema } : (tool.schema ?? emptySchema);
  const { description, ...rest } = tool;
  return { ...rest, schema, description: description === '' ? undefined : description } as unknown as Json;
};

/** Names that some wires cannot write and others insist on. */
const oneSided = /(^output\.(name|description|strict)|\.filename)$/;

const differ = (a: Json | undefined, b: Json | undefined, at: { path: string; found: string[] }): void => {
  if (Object.is(a, b)) return;
  if ((a === undefined || b === undefined) && oneSided.test(at.path)) return;
  if (isArray(a) && isArray(b)) {
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      differ(a[index], b[index], { path: `${at.path}[${index}]`, found: at.found });
    }
    return;
  }
  if (isObject(a) && isObject(b)) differObjects(a, b, at);
  else at.found.push(at.path);
};

const differObjects = (a: JsonObject, b: JsonObject, at: { path: string; found: string[] }): void => {
  const draft: JsonDraft = { ...a, ...b };
  for (const name of Object.keys(draft)) {
    differ(a[name], b[name], { path: at.path === '' ? name : `${at.path}.${name}`, found: at.found });
  }
};

/** Widest span of thinking tokens an effort may reasonably stand for. */
const spans: Readonly<Record<string, readonly [number, number]>> = {
  minimal: [0, 2048],
  low: [512, 6144],
  medium: [2048, 20_000],
  high: [8192, 65_536],
  xhigh: [16_384, 262_144],
  max: [16_384, 262_144],
};

const off = (reasoning: SimulatedReasoning | undefined): boolean =>
  reasoning?.enabled === false || reasoning?.effort === 'none';

const measured = (reasoning: SimulatedReasoning | undefined): boolean =>
  reasoning?.effort !== undefined ||
  reasoning?.budgetTokens !== undefined ||
  reasoning?.enabled !== undefined ||
  reasoning?.adaptive !== undefined;

/** Whether the amounts of thinking agree; each wire has its own measure. */
const compareReasoning = (
  a: SimulatedReasoning | undefined,
  b: SimulatedReasoning | undefined,
  found: string[],
): void => {
  if (off(a) || off(b)) {
    if (off(a) !== off(b)) found.push('reasoning.enabled');
    return;
  }
  if (measured(a) !== measured(b)) {
    found.push('reasoning');
    return;
  }
  if (a?.effort !== undefined && b?.effort !== undefined) {
    if (a.effort !== b.effort) found.push('reasoning.effort');
  } else if (a?.budgetTokens !== undefined && b?.budgetTokens !== undefined) {
    if (a.budgetTokens !== b.budgetTokens) found.push('reasoning.budgetTokens');
  } else if (!spansAgree(a, b)) found.push('reasoning.effort');
  if (shows(a) !== undefined && shows(b) !== undefined && shows(a) !== shows(b)) found.push('reasoning.show');
};

const spansAgree = (a: SimulatedReasoning | undefined, b: SimulatedReasoning | undefined): boolean => {
  const effort = a?.effort ?? b?.effort;
  const tokens = a?.budgetTokens ?? b?.budgetTokens;
  if (effort === undefined || tokens === undefined) return true;
  const [from, to] = spans[effort] ?? [0, Number.POSITIVE_INFINITY];
  return tokens >= from && tokens <= to;
};

const shows = (reasoning: SimulatedReasoning | undefined): boolean | undefined => {
  if (reasoning?.show === undefined) return undefined;
  return reasoning.show !== 'false' && reasoning.show !== 'omitted';
};
