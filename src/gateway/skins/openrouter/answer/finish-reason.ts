/** Last words of all formats → the five an answer of a chat may end with. */
const words: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  error: 'error',
  function_call: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  end_turn: 'stop',
  stop_sequence: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  complete: 'stop',
  completed: 'stop',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  incomplete: 'length',
  safety: 'content_filter',
  recitation: 'content_filter',
  blocklist: 'content_filter',
  prohibited_content: 'content_filter',
  spii: 'content_filter',
  refusal: 'content_filter',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
  // Some providers call an answer finished that broke.
  malformed_function_call: 'error',
  unexpected_tool_call: 'error',
  failed: 'error',
};

const wordOf = (stop: string): string | undefined => {
  const low = stop.toLowerCase();
  return Object.hasOwn(words, low) ? words[low] : undefined;
};

/** `raw`: the provider's own word, where `written` is what its format was translated to. */
export const finishReason = (written: string, raw: string | undefined = written): string => {
  const own = wordOf(raw);
  return own === 'error' ? own : (wordOf(written) ?? own ?? 'stop');
};
