import { fieldNames } from '../../checked/field-names.ts';

const names: Readonly<Record<string, string>> = {
  model: 'modelId',
  maxOutputTokens: 'inferenceConfig.maxTokens',
  temperature: 'inferenceConfig.temperature',
  topP: 'inferenceConfig.topP',
  topK: 'additionalModelRequestFields.top_k',
  stop: 'inferenceConfig.stopSequences',
  tools: 'toolConfig.tools',
  toolChoice: 'toolConfig.toolChoice',
  parallelToolCalls: 'additionalModelRequestFields.tool_choice.disable_parallel_tool_use',
  output: 'outputConfig.textFormat',
  'output.schema': 'outputConfig.textFormat.structure.jsonSchema.schema',
  'output.name': 'outputConfig.textFormat.structure.jsonSchema.name',
  'output.description': 'outputConfig.textFormat.structure.jsonSchema.description',
  reasoning: 'additionalModelRequestFields.thinking',
  'reasoning.effort': 'additionalModelRequestFields.output_config.effort',
  'reasoning.budgetTokens': 'additionalModelRequestFields.thinking.budget_tokens',
  'reasoning.show': 'additionalModelRequestFields.thinking.display',
  serviceTier: 'serviceTier.type',
  metadata: 'requestMetadata',
  turns: 'messages',
};

const members: Readonly<Record<string, string>> = {
  cache: 'cachePoint',
  seal: 'reasoningContent.reasoningText.signature',
  argumentsJson: 'toolUse.input',
  schema: 'toolSpec.inputSchema.json',
  callId: 'toolResult.toolUseId',
  failed: 'toolResult.status',
  citable: 'document.citations',
  title: 'document.name',
  context: 'document.context',
  citations: 'citationsContent.citations',
  strict: 'toolSpec.strict',
};

/** The client's own name for a field of ours. */
export const clientField = fieldNames({ names, members, toolsIn: 'toolConfig.' });
