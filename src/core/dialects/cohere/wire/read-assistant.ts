import type { Block, Citation, TextBlock } from '../../../ir/index.ts';
import { arrayAt, isArray, isObject, type JsonObject, numberAt, stringAt } from '../../../json/json.ts';
import { readCitation } from './citations.ts';
import { metaOf } from './own.ts';
import { readPart, saysSomething } from './read-part.ts';
import { readToolCalls } from './tool-calls.ts';

/** What an assistant said: the blocks, and citations of what is no text block (thoughts, the plan). */
export interface ReadAssistant {
  readonly blocks: readonly Block[];
  readonly otherCitations: readonly JsonObject[];
}

/** Reads an assistant message of a conversation or of an answer: content, then the plan, then the calls. */
export const readAssistant = (message: JsonObject): ReadAssistant => {
  const content = message['content'];
  const parts = isArray(content) ? content.map(readPart) : textParts(content);
  const cited = cite(parts, arrayAt(message, 'citations').filter(isObject));
  const plan = stringAt(message, 'tool_plan');
  return {
    blocks: [
      ...cited.parts.filter(saysSomething),
      ...(plan === undefined || plan === '' ? [] : [planBlock(plan)]),
      ...readToolCalls(message),
    ],
    otherCitations: cited.others,
  };
};

/** The model's plan for the tools it is about to call is a thought it shows. */
export const planBlock = (text: string): Block => ({ kind: 'thinking', text, ...metaOf({ plan: true }) });

const textParts = (content: unknown): readonly Block[] =>
  typeof content === 'string' ? [{ kind: 'text', text: content }] : [];

/** Gives each citation to the part it is of: `content_index`, or the first text. */
const cite = (
  parts: readonly Block[],
  citations: readonly JsonObject[],
): { readonly parts: readonly Block[]; readonly others: readonly JsonObject[] } => {
  if (citations.length === 0) return { parts, others: [] };
  const first = parts.findIndex((part) => part.kind === 'text');
  const found = new Map<number, Citation[]>();
  const others: JsonObject[] = [];
  for (const citation of citations) {
    const at = numberAt(citation, 'content_index') ?? first;
    const part = ofText(citation) ? parts[at] : undefined;
    if (part?.kind !== 'text') others.push(citation);
    else found.set(at, [...(found.get(at) ?? []), ...readCitation(citation, part.text)]);
  }
  return {
    parts: parts.map((part, at) => {
      const own = found.get(at);
      return own === undefined ? part : ({ ...(part as TextBlock), citations: own } satisfies TextBlock);
    }),
    others,
  };
};

/** Whether a citation is of the answer's text, and not of a thought or the plan. */
export const ofText = (citation: JsonObject): boolean =>
  (stringAt(citation, 'type') ?? 'TEXT_CONTENT') === 'TEXT_CONTENT';
