import { type Effort, efforts, type Reasoning } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import { readBoolean, readNumber, readObject, readString } from './read-member.ts';

export interface ReadReasoning {
  readonly reasoning?: Reasoning;
  /** The members themselves, for a target of this dialect. */
  readonly wire?: JsonObject;
  /** Members whose words this gateway does not know; they stay as the client wrote them. */
  readonly unread: JsonObject;
}

/**
 * How much the model shall think, from the four members clients use: `reasoning_effort`, `reasoning` (effort, max_tokens, enabled,
 * exclude), `thinking` (type, budget_tokens) and `include_reasoning`. When several stand, the first one that says a thing counts.
 */
export const readReasoning = (body: JsonObject): ReadReasoning => {
  if (reasoningNames.every((name) => body[name] === undefined)) return { unread: {} };
  const unread: JsonDraft = {};
  const parts = [
    fromEffort(body, unread),
    fromReasoning(body, unread),
    fromThinking(body, unread),
    fromInclude(body),
  ].filter((part) => part !== undefined);
  const reasoning: Reasoning = Object.assign({}, ...parts.reverse());
  if (Object.keys(reasoning).length === 0) return { unread };
  const written = reasoningNames.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]] as const]));
  return { reasoning, unread, wire: Object.fromEntries(written) };
};

const effortOf = (word: string | undefined): Effort | undefined => efforts.find((effort) => effort === word);

const fromEffort = (body: JsonObject, unread: JsonDraft): Reasoning | undefined => {
  const word = readString(body, 'reasoning_effort');
  if (word === undefined) return undefined;
  const effort = effortOf(word);
  if (effort !== undefined) return { effort };
  unread['reasoning_effort'] = word;
  return undefined;
};

const fromReasoning = (body: JsonObject, unread: JsonDraft): Reasoning | undefined => {
  const wire = readObject(body, 'reasoning');
  if (wire === undefined) return undefined;
  const word = readString(wire, 'effort', 'reasoning.effort');
  const effort = effortOf(word);
  if (word !== undefined && effort === undefined) unread['reasoning'] = wire;
  const budgetTokens = readNumber(wire, 'max_tokens', 'reasoning.max_tokens');
  const enabled = readBoolean(wire, 'enabled', 'reasoning.enabled');
  const exclude = readBoolean(wire, 'exclude', 'reasoning.exclude');
  const summary = readString(wire, 'summary', 'reasoning.summary');
  return {
    ...(effort === undefined ? {} : { effort }),
    ...(budgetTokens === undefined ? {} : { budgetTokens }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(exclude === undefined ? {} : { show: !exclude }),
    ...(summary === undefined ? {} : { summary }),
  };
};

const fromThinking = (body: JsonObject, unread: JsonDraft): Reasoning | undefined => {
  const wire = readObject(body, 'thinking');
  if (wire === undefined) return undefined;
  const { type, budget_tokens, ...rest } = wire;
  const budgetTokens = readNumber(wire, 'budget_tokens', 'thinking.budget_tokens');
  const budget = budgetTokens === undefined ? {} : { budgetTokens };
  if (Object.keys(rest).length > 0) unread['thinking'] = wire;
  if (type === 'enabled') return { enabled: true, ...budget };
  if (type === 'disabled') return { enabled: false };
  if (type === 'adaptive' || type === 'auto') return { adaptive: true, ...budget };
  unread['thinking'] = wire;
  return budget;
};

const fromInclude = (body: JsonObject): Reasoning | undefined => {
  const show = readBoolean(body, 'include_reasoning');
  return show === undefined ? undefined : { show };
};

export const reasoningNames = ['reasoning_effort', 'reasoning', 'thinking', 'include_reasoning'] as const;
