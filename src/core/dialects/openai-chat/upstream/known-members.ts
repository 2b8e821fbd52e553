import { thinkingMembers } from '../wire/thinking.ts';

/** Members of an answer that have a place in the IR. */
export const knownTop: ReadonlySet<string> = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
]);

/** A chunk also carries padding against guessing its length, which means nothing. */
export const knownChunk: ReadonlySet<string> = new Set([...knownTop, 'obfuscation', 'p', 'error']);

/** `message` and `delta` stand side by side at some hosts; only the one that belongs is read. */
export const knownChoice: ReadonlySet<string> = new Set([
  'index',
  'message',
  'delta',
  'finish_reason',
  'logprobs',
  'text',
]);

export const knownMessage: ReadonlySet<string> = new Set([
  'role',
  'content',
  ...thinkingMembers,
  'refusal',
  'annotations',
  'images',
  'audio',
  'tool_calls',
  'function_call',
  'extra_content',
]);
