import { lookup } from '../wire/lookup.ts';

/** The client's own names of members of the representation. */
const names: Readonly<Record<string, string>> = {
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  output: 'text.format',
  verbosity: 'text.verbosity',
  'reasoning.effort': 'reasoning.effort',
  'reasoning.summary': 'reasoning.summary',
  'reasoning.show': 'reasoning.summary',
  maxOutputTokens: 'max_output_tokens',
  topP: 'top_p',
  logprobs: 'include',
  topLogprobs: 'top_logprobs',
  serviceTier: 'service_tier',
  promptCacheKey: 'prompt_cache_key',
};

/**
 * Turns a field path into the client's own. Turns do not count as the client's items do (one turn holds several), so a path into the
 * conversation is told as `input` and its last member.
 */
export const clientField = (field: string): string => {
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  const name = lookup(names, field);
  if (name !== undefined) return name;
  if (!field.startsWith('turns[')) return field;
  const member = field.slice(field.lastIndexOf(']') + 1).replace('.cache', '.prompt_cache_breakpoint');
  return `input${member}`;
};
