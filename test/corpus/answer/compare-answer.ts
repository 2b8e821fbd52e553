import type { DialectId } from '../../../src/core/ir/index.ts';
import { canonical } from '../canonical.ts';
import type { Expected, ExpectedChoice } from '../exchange.ts';
import type { ReadAnswer, ReadChoice } from './answer-draft.ts';

type FinishClass = 'stop' | 'length' | 'tools' | 'filter' | 'pause' | 'other';

/** What the words for an end mean, over all dialects. */
const finishClasses: Readonly<Record<string, FinishClass>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  TOOL_CALL: 'tools',
  ERROR_TOXIC: 'filter',
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  STOP: 'stop',
  completed: 'stop',
  eos: 'stop',
  length: 'length',
  max_tokens: 'length',
  MAX_TOKENS: 'length',
  'incomplete:max_output_tokens': 'length',
  model_context_window_exceeded: 'length',
  model_length: 'length',
  tool_calls: 'tools',
  tool_use: 'tools',
  function_call: 'tools',
  content_filter: 'filter',
  refusal: 'filter',
  'incomplete:content_filter': 'filter',
  SAFETY: 'filter',
  PROHIBITED_CONTENT: 'filter',
  BLOCKLIST: 'filter',
  RECITATION: 'filter',
  SPII: 'filter',
  IMAGE_SAFETY: 'filter',
  pause_turn: 'pause',
  guardrail_intervened: 'filter',
  content_filtered: 'filter',
};

/** A call of a tool ends a turn whatever word stands there: Gemini and the Responses form say the same as for words. */
export const finishClass = (word: string | null | undefined, calls: number): FinishClass => {
  const known = finishClasses[word ?? ''] ?? 'other';
  if (known === 'stop' && calls > 0) return 'tools';
  return known === 'tools' && calls === 0 ? 'stop' : known;
};

export interface AnswerCheck {
  readonly door: DialectId;
  readonly native: boolean;
  /** Whether the client asked for token counts, so that they must be there. */
  readonly wantsUsage: boolean;
}

/** The names of what the client understood otherwise than the recording says. */
export const compareAnswer = (expected: Expected, got: ReadAnswer, check: AnswerCheck): readonly string[] => {
  if (got.error !== undefined) return [`error in the answer: ${got.error.slice(0, 120)}`];
  const found = [...compareChoice(expected, got, check), ...compareOthers(expected, got, check)];
  if (check.wantsUsage && !sameUsage(expected, got)) found.push('usage');
  // At its own door the provider's own words pass, in whatever shape; elsewhere its parts must have found their places.
  if (check.native) return found;
  if (check.wantsUsage) found.push(...usageParts(expected, got, check.door));
  // These answers name no model.
  const nameless = check.door === 'cohere' || check.door === 'cohere-v1' || check.door === 'bedrock-converse';
  const named = typeof expected.model === 'string' && expected.model !== '' && !nameless;
  if (named && got.model !== expected.model) found.push('model');
  return found;
};

const compareChoice = (expected: ExpectedChoice, got: ReadChoice, check: AnswerCheck): string[] => {
  const found: string[] = [];
  if (!sameText(expected, got)) found.push('text');
  // A door without thoughts shows none; that they went is told in a warning.
  if (check.door === 'cohere-v1' ? got.reasoning !== '' : !sameReasoning(expected, got)) found.push('reasoning');
  if (!sameCalls(expected, got)) found.push('tool calls');
  if (!sameFinish(expected, got, check)) found.push('finish reason');
  return found;
};

const oneAnswer: ReadonlySet<DialectId> = new Set(['anthropic-messages', 'openai-responses', 'bedrock-converse']);

/** The alternatives after the first, at doors that have any. */
const compareOthers = (expected: Expected, got: ReadAnswer, check: AnswerCheck): readonly string[] => {
  const choices = expected.choices ?? [];
  if (choices.length < 2 || oneAnswer.has(check.door)) return [];
  if (choices.length !== got.choices.length) return ['number of alternatives'];
  return choices.slice(1).flatMap((choice, index) => {
    const other = got.choices[index + 1];
    return other === undefined ? [] : compareChoice(choice, other, check).map((what) => `${what} of an alternative`);
  });
};

const squeeze = (text: string): string => text.replaceAll(/\s+/g, '');

/** Parts may be joined by nothing or by line ends; a refusal is text where a dialect has no other place for it. */
const sameText = (expected: ExpectedChoice, got: ReadChoice): boolean => {
  const text = expected.text ?? '';
  if (got.text === text) return true;
  const parts = expected.text_parts;
  if (parts !== undefined && squeeze(got.text) === squeeze(parts.join(''))) return true;
  const refusal = expected.refusal ?? '';
  return refusal !== '' && (got.text === text + refusal || got.text === refusal + text);
};

const sameReasoning = (expected: ExpectedChoice, got: ReadChoice): boolean =>
  squeeze((expected.reasoning_text ?? '') + (expected.tool_plan ?? '')) === squeeze(got.reasoning);

const sameCalls = (expected: ExpectedChoice, got: ReadChoice): boolean => {
  const calls = expected.tool_calls ?? [];
  if (calls.length !== got.toolCalls.length) return false;
  return calls.every((call, index) => {
    const other = got.toolCalls[index];
    if (other === undefined || other.name !== call.name) return false;
    if (call.arguments_unparsable === true) return true;
    // Free text of a custom tool is the one argument of a function where a dialect has no custom tools.
    if (call.type === 'custom')
      return other.arguments === call.arguments_raw || holds(other.arguments, call.arguments_raw);
    const wanted = typeof call.arguments === 'string' ? parsed(call.arguments) : call.arguments;
    return canonical(parsed(other.arguments)) === canonical(wanted ?? {});
  });
};

const holds = (argumentsJson: string, text: string | undefined): boolean =>
  Object.values(parsed(argumentsJson) ?? {}).includes(text);

/** Empty arguments read as none; what is not JSON (custom tools) is compared as text. */
const parsed = (text: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return text;
  }
};

/** Gemini's words by the numbers that `enum-encoding=int` writes; its clients read either. */
const numberedWords: readonly string[] = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION'];

const sameFinish = (expected: ExpectedChoice, got: ReadChoice, check: AnswerCheck): boolean => {
  const said = expected.finish_reason_native ?? expected.block_reason ?? null;
  // Some answers have numbers for words.
  const native = said === null ? null : String(said);
  if (check.native)
    return (
      (got.finish ?? null) === native ||
      got.finish === numberedWords[Number(native)] ||
      expected.stream_truncated === true
    );
  if (native === null) return true;
  const calls = expected.tool_calls?.length ?? 0;
  const wanted = finishClass(native, calls);
  const given = finishClass(got.finish, got.toolCalls.length);
  if (wanted === given) return true;
  if (wanted === 'other' || wanted === 'pause') return true;
  // A refusal in words is a plain end at one provider and a reason of its own at another.
  return (expected.refusal ?? '') !== '' && [wanted, given].sort().join() === 'filter,stop';
};

const sameUsage = (expected: Expected, got: ReadAnswer): boolean => {
  const { usage } = expected;
  if (usage === null || usage === undefined || typeof usage.input_total !== 'number') return true;
  return got.usage?.input === usage.input_total && got.usage.output === (usage.output_total ?? 0);
};

/** Parts the provider counted must be shown where the door has a place for them, and none may be made up. */
const usageParts = (expected: Expected, got: ReadAnswer, door: DialectId): readonly string[] => {
  const { usage } = expected;
  if (usage === null || usage === undefined || typeof usage.input_total !== 'number') return [];
  // These doors count all tokens of the prompt and of the answer, and no parts of them.
  if (door === 'ollama' || door === 'ollama-generate') return [];
  const found: string[] = [];
  // Where cached tokens are counted beside the rest they can be no more than all.
  const most =
    door === 'anthropic-messages' || door === 'bedrock-converse' ? usage.input_total : Number.POSITIVE_INFINITY;
  if (Math.min(usage.cached ?? 0, most) !== (got.usage?.cached ?? 0)) found.push('cached tokens');
  if (
    door !== 'gemini' &&
    door !== 'cohere' &&
    door !== 'cohere-v1' &&
    (usage.cache_write ?? 0) !== (got.usage?.cacheWrite ?? 0)
  )
    found.push('tokens written to the cache');
  if (door !== 'bedrock-converse' && (usage.reasoning ?? 0) !== (got.usage?.reasoning ?? 0))
    found.push('reasoning tokens');
  const beside = door === 'bedrock-converse' ? 0 : (usage.tool_use_prompt ?? 0);
  const total = usage.input_total + (usage.output_total ?? 0) + beside;
  if (got.usage?.total !== undefined && got.usage.total !== total) found.push('total tokens');
  return found;
};
