import { fieldNames } from '../../checked/field-names.ts';

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

const named = fieldNames({ names, members });

/** The client's own name for a field of ours. */
export const clientField = (field: string): string =>
  field.startsWith('inputs[') ? field.replace(/^inputs/, 'texts') : named(field);
