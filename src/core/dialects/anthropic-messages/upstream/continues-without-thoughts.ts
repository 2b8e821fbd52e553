import type { WireMessage } from './message-list.ts';

/** With a budget, an assistant turn that is still going on (a prefill, or calls whose results come last) must begin with its thoughts. */
export const continuesWithoutThoughts = (messages: readonly WireMessage[]): boolean => {
  const last = messages.at(-1);
  const answersCalls = last?.role === 'user' && firstType(last) === 'tool_result';
  const current = last?.role === 'assistant' ? last : answersCalls ? messages.at(-2) : undefined;
  if (current?.role !== 'assistant') return false;
  const type = firstType(current);
  return type !== 'thinking' && type !== 'redacted_thinking';
};

const firstType = (message: WireMessage): unknown => {
  const content = message['content'];
  const first: unknown = Array.isArray(content) ? content[0] : undefined;
  return typeof first === 'object' && first !== null && 'type' in first ? first.type : undefined;
};
