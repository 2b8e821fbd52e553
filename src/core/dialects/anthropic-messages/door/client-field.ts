/** The client's names of request fields. Paths that are not here keep their own words. */
const names: Readonly<Record<string, string>> = {
  maxOutputTokens: 'max_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stop: 'stop_sequences',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  output: 'output_config.format',
  'output.schema': 'output_config.format.schema',
  reasoning: 'thinking',
  'reasoning.effort': 'output_config.effort',
  'reasoning.budgetTokens': 'thinking.budget_tokens',
  'reasoning.show': 'thinking.display',
  user: 'metadata.user_id',
  serviceTier: 'service_tier',
  cache: 'cache_control',
  turns: 'messages',
};

const members: Readonly<Record<string, string>> = {
  cache: 'cache_control',
  seal: 'signature',
  argumentsJson: 'input',
  schema: 'input_schema',
  callId: 'tool_use_id',
  failed: 'is_error',
  citable: 'citations',
};

/**
 * The client's own name for a field of ours. Turns and messages are counted differently (the system prompt is a turn, tool results make
 * turns of their own), so their numbers are left out rather than given wrong.
 */
export const clientField = (field: string): string => {
  const named = Object.hasOwn(names, field) ? names[field] : undefined;
  if (named !== undefined) return named;
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  if (field.startsWith('turns[')) return namePath(field.replace(/\[\d+\]/g, '[]').replace(/^turns/, 'messages'));
  if (field.startsWith('choices[0].blocks')) return namePath(field.slice('choices[0].'.length));
  return field.startsWith('tools[') ? namePath(field) : field;
};

const namePath = (path: string): string =>
  path
    .split('.')
    .map((step) => (step.startsWith('blocks[') ? step.replace('blocks', 'content') : memberName(step)))
    .filter((step) => step !== 'meta')
    .join('.');

const memberName = (step: string): string => (Object.hasOwn(members, step) ? (members[step] ?? step) : step);
