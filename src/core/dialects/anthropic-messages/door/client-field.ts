import { fieldNames } from '../../checked/field-names.ts';

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

/** The client's own name for a field of ours. */
export const clientField = fieldNames({ names, members });
