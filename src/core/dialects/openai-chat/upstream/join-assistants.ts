import { arrayAt, isArray, type Json, type JsonDraft, type JsonObject } from '../../../json/json.ts';

/**
 * Hosts want the results right after the calls they answer, so assistant messages in a row become one when an earlier one calls tools.
 * Without calls they stay apart, as clients of this dialect may send them.
 */
export const joinAssistants = (messages: readonly JsonObject[]): readonly JsonObject[] => {
  const joined: JsonObject[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const follows = last?.['role'] === 'assistant' && message['role'] === 'assistant';
    if (follows && last['tool_calls'] !== undefined) joined[joined.length - 1] = join(last, message);
    else joined.push(message);
  }
  return joined;
};

const join = (first: JsonObject, second: JsonObject): JsonObject => {
  const draft: JsonDraft = { ...first };
  for (const [name, value] of Object.entries(second))
    if (name !== 'role')
      draft[name] = name === 'content' ? joinContent(first[name], value) : joinMember(first[name], value);
  return draft;
};

/** Lists (calls, details) and texts (reasoning, refusal) go on; of anything else the later one counts. */
const joinMember = (before: Json | undefined, after: Json | undefined): Json | undefined => {
  if (isArray(before) && isArray(after)) return [...before, ...after];
  return typeof before === 'string' && typeof after === 'string' ? before + after : after;
};

const joinContent = (before: Json | undefined, after: Json | undefined): Json | undefined => {
  if (before === undefined || before === null || before === '') return after;
  if (after === undefined || after === null || after === '') return before;
  return [...partsOf(before), ...partsOf(after)];
};

const partsOf = (content: Json): readonly Json[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : arrayAt({ content }, 'content');
