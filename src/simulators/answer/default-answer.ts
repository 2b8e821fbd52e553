import { isObject } from '../../core/json/json.ts';
import type { MediaPart, SimulatedPart, SimulatedRequest, SimulatedTool } from '../simulated-request.ts';
import { requestTokens, textTokens } from './count-tokens.ts';
import { jsonFromSchema } from './json-from-schema.ts';
import {
  type AnswerChoice,
  type AnswerPart,
  piecesOf,
  type SimulatedAnswer,
  type TokenLogprob,
} from './simulated-answer.ts';

/** Most alternatives a request may ask for. */
const maximumChoices = 16;

/** How much of the user's words the answer repeats. */
const quotedCharacters = 200;

/**
 * The answer a request gets when nothing is scripted, made from the request alone: it calls the tools it must or is told to (`call NAME`),
 * fills an asked-for schema, thinks when thinking is asked for, and otherwise says what it was sent.
 */
export const defaultAnswer = (request: SimulatedRequest): SimulatedAnswer => {
  const thinking = thinkingParts(request);
  const calls = toolCalls(request);
  const count = Math.min(Math.max(request.n ?? 1, 1), maximumChoices);
  const choices = Array.from({ length: count }, (_, index): AnswerChoice => {
    if (calls.length > 0) return { parts: [...thinking, ...calls], finish: 'tool-calls' };
    return spoken(request, { thinking, text: answerText(request, index) });
  });
  const reasoningTokens = tokensOf(thinking);
  const outputTokens = choices.reduce((sum, choice) => sum + tokensOf(choice.parts), 0);
  return {
    choices,
    usage: { inputTokens: requestTokens(request), outputTokens, ...(reasoningTokens > 0 ? { reasoningTokens } : {}) },
  };
};

const tokensOf = (parts: readonly AnswerPart[]): number =>
  parts.reduce((sum, part) => {
    if (part.kind === 'image') return sum;
    const name = part.kind === 'tool-call' ? part.name : '';
    return sum + textTokens(name + part.pieces.join(''));
  }, 0);

const isAnswerable = (part: SimulatedPart): boolean => part.kind !== 'other';

const lastParts = (request: SimulatedRequest): readonly SimulatedPart[] =>
  (request.turns.findLast((turn) => turn.role === 'user')?.parts ?? []).filter(isAnswerable);

const words = (parts: readonly SimulatedPart[]): string =>
  parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');

const thinks = (request: SimulatedRequest): boolean => {
  const reasoning = request.reasoning;
  if (reasoning === undefined || reasoning.enabled === false || reasoning.effort === 'none') return false;
  return reasoning.show !== 'false' || reasoning.effort !== undefined || reasoning.budgetTokens !== undefined;
};

const thinkingParts = (request: SimulatedRequest): readonly AnswerPart[] => {
  if (!thinks(request)) return [];
  const count = words(lastParts(request))
    .split(/\s+/)
    .filter((word) => word !== '').length;
  const text = `The last message has ${count} words. A short answer that repeats it will do.`;
  return [{ kind: 'thinking', pieces: piecesOf(text), signature: btoa(`simulated-thought-${count}`) }];
};

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Tools the user names with `call NAME`, in the order of their mention. */
const namedTools = (request: SimulatedRequest, tools: readonly SimulatedTool[]): readonly SimulatedTool[] => {
  const text = words(lastParts(request));
  const found = tools.flatMap((tool) => {
    const position = text.search(new RegExp(`\\bcall ${escaped(tool.name)}(?![\\w-])`, 'i'));
    return position < 0 ? [] : [{ tool, position }];
  });
  return found.toSorted((a, b) => a.position - b.position).map((item) => item.tool);
};

const toolCalls = (request: SimulatedRequest): readonly AnswerPart[] => {
  const choice = request.toolChoice;
  const offered = request.tools.filter((tool) => tool.kind !== 'other');
  const tools = choice?.names === undefined ? offered : offered.filter((tool) => choice.names?.includes(tool.name));
  if (choice?.mode === 'none' || tools.length === 0) return [];
  const answered = lastParts(request).some((part) => part.kind === 'tool-result');
  const named = answered ? [] : namedTools(request, tools);
  const forced = choice?.mode === 'required' && named.length === 0 ? tools.slice(0, 1) : named;
  return (request.parallelToolCalls === false ? forced.slice(0, 1) : forced).map(callOf);
};

const callOf = (tool: SimulatedTool): AnswerPart => {
  if (tool.kind === 'custom') return { kind: 'tool-call', name: tool.name, pieces: ['sample', ' input'], custom: true };
  // Models write an object whatever the schema says.
  const value = jsonFromSchema(tool.schema ?? { type: 'object' });
  const text = JSON.stringify(isObject(value) ? value : {});
  return { kind: 'tool-call', name: tool.name, pieces: text.match(/.{1,8}/gsu) ?? [] };
};

const answerText = (request: SimulatedRequest, index: number): string => {
  const text = describe(request);
  const output = request.output;
  if (output?.kind === 'json-schema') return JSON.stringify(jsonFromSchema(output.schema ?? { type: 'object' }));
  if (output?.kind === 'json') return JSON.stringify({ answer: text });
  return index === 0 ? text : `${text} (alternative ${index + 1})`;
};

const shorten = (text: string): string =>
  text.length > quotedCharacters
    ? `${[...text.slice(0, 2 * quotedCharacters)].slice(0, quotedCharacters).join('')}…`
    : text;

const describe = (request: SimulatedRequest): string => {
  const parts = lastParts(request);
  const said = words(parts).trim();
  const results = parts.flatMap((part) => (part.kind === 'tool-result' ? [part] : []));
  const media = parts.flatMap((part) => ('source' in part ? [part] : []));
  const sentences = [
    ...results.map(
      (result) => `The tool ${result.failed ? 'failed with' : 'answered'}: "${shorten(words(result.parts))}".`,
    ),
    ...(said === '' ? [] : [`You said: "${shorten(said)}".`]),
    ...media.map((item) => `I see ${describeMedia(item)}.`),
  ];
  return sentences.length === 0 ? 'I was sent nothing to answer.' : sentences.join(' ');
};

const articles: Readonly<Record<MediaPart['kind'], string>> = {
  image: 'an image',
  document: 'a document',
  audio: 'a sound',
  video: 'a video',
};

const describeMedia = (part: MediaPart): string => {
  const { source } = part;
  const type = part.mimeType === undefined ? '' : `${part.mimeType}, `;
  if (source.kind === 'base64') return `${articles[part.kind]} (${type}${base64Bytes(source.data)} bytes)`;
  if (source.kind === 'text') return `${articles[part.kind]} (${type}${source.text.length} characters)`;
  return `${articles[part.kind]} (${type}at ${source.kind === 'url' ? source.url : source.id})`;
};

const base64Bytes = (data: string): number => {
  const digits = data.replaceAll(/[=\s]/g, '').length;
  return Math.floor((digits * 3) / 4);
};

/** The words as the request's limits leave them: a stop sequence cuts first, the token limit after it. */
const spoken = (request: SimulatedRequest, said: { thinking: readonly AnswerPart[]; text: string }): AnswerChoice => {
  const stop = (request.stop ?? []).find((sequence) => sequence !== '' && said.text.includes(sequence));
  const stopped = stop === undefined ? said.text : said.text.slice(0, said.text.indexOf(stop));
  const limit = request.maxOutputTokens;
  const kept = limit === undefined ? stopped : cutToTokens(stopped, limit);
  const pieces = piecesOf(kept);
  const ended =
    kept.length < stopped.length
      ? { finish: 'length' as const }
      : stop === undefined
        ? { finish: 'stop' as const }
        : { finish: 'stop-sequence' as const, stopSequence: stop };
  return {
    parts: [...said.thinking, { kind: 'text', pieces }],
    ...ended,
    ...(request.logprobs === true ? { logprobs: logprobsOf(pieces, request.topLogprobs ?? 0) } : {}),
  };
};

const cutToTokens = (text: string, tokens: number): string => {
  if (textTokens(text) <= tokens) return text;
  let kept = '';
  for (const character of text) {
    if (textTokens(kept + character) > tokens) break;
    kept += character;
  }
  return kept;
};

const logprobsOf = (pieces: readonly string[], top: number): readonly TokenLogprob[] =>
  pieces.map((token, index) => {
    const logprob = -((index % 5) + 1) / 8;
    const others = Array.from({ length: top }, (_, rank) => ({
      token: rank === 0 ? token : `${token}~${rank}`,
      logprob: logprob - rank,
    }));
    return { token, logprob, top: others };
  });
