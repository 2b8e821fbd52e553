/** Where a field of the IR stands in a client's body, by its first word. */
const names: Readonly<Record<string, string>> = {
  turns: 'messages',
  tools: 'tools',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  output: 'response_format',
  maxOutputTokens: 'max_completion_tokens',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  choices: 'n',
  topLogprobs: 'top_logprobs',
  logitBias: 'logit_bias',
  serviceTier: 'service_tier',
  promptCacheKey: 'prompt_cache_key',
  streamUsage: 'stream_options.include_usage',
  cache: 'cache_control',
  blocks: 'content',
  'reasoning.effort': 'reasoning_effort',
  'reasoning.budgetTokens': 'reasoning.max_tokens',
  'reasoning.show': 'reasoning.exclude',
};

/**
 * The client's own name of an IR path. Turns are not numbered: results that follow each other are one turn but several messages, so the
 * number would point at the wrong message.
 */
export const clientField = (field: string): string => {
  const whole = names[field];
  if (whole !== undefined) return whole;
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  return field.split('.').map(clientStep).join('.');
};

const clientStep = (step: string, place: number): string => {
  const bracket = step.indexOf('[');
  if (step.startsWith('choices[')) return step;
  const word = bracket < 0 ? step : step.slice(0, bracket);
  const name = names[word] ?? word;
  if (bracket < 0) return name;
  return place === 0 && word !== 'turns' ? `${name}${step.slice(bracket)}` : `${name}[]`;
};
