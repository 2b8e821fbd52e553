/** The client's names of request fields. Paths that are not here keep their own words. */
const names: Readonly<Record<string, string>> = {
  maxOutputTokens: 'max_tokens',
  topP: 'p',
  topK: 'k',
  stop: 'stop_sequences',
  toolChoice: 'tool_choice',
  output: 'response_format',
  'output.schema': 'response_format.json_schema',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  reasoning: 'thinking',
  'reasoning.budgetTokens': 'thinking.token_budget',
  turns: 'messages',
  inputs: 'texts',
  format: 'embedding_types',
  task: 'input_type',
  dimensions: 'output_dimension',
  topN: 'top_n',
  maxTokensPerDocument: 'max_tokens_per_doc',
  returnDocuments: 'return_documents',
};

const members: Readonly<Record<string, string>> = {
  argumentsJson: 'arguments',
  schema: 'parameters',
  callId: 'tool_call_id',
};

/**
 * The client's own name for a field of ours. Documents and tool results are counted differently here, so the numbers of messages are left out
 * rather than given wrong.
 */
export const clientField = (field: string): string => {
  const named = Object.hasOwn(names, field) ? names[field] : undefined;
  if (named !== undefined) return named;
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  if (field.startsWith('turns[')) return namePath(field.replace(/\[\d+\]/g, '[]').replace(/^turns/, 'messages'));
  if (field.startsWith('choices[0].blocks')) return namePath(field.slice('choices[0].'.length));
  if (field.startsWith('inputs[')) return field.replace(/^inputs/, 'texts');
  return field.startsWith('tools[') ? namePath(field) : field;
};

const namePath = (path: string): string =>
  path
    .split('.')
    .map((step) => (step.startsWith('blocks[') ? step.replace('blocks', 'content') : memberName(step)))
    .filter((step) => step !== 'meta' && step !== 'members')
    .join('.');

const memberName = (step: string): string => (Object.hasOwn(members, step) ? (members[step] ?? step) : step);
