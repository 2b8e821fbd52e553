/** The client's names of request fields. Paths that are not here keep their own words. */
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

/**
 * The client's own name for a field of ours. Turns and messages are counted differently (the system prompt is a turn, tool results make
 * turns of their own, marks are blocks), so their numbers are left out rather than given wrong.
 */
export const clientField = (field: string): string => {
  const named = Object.hasOwn(names, field) ? names[field] : undefined;
  if (named !== undefined) return named;
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  if (field.startsWith('turns[')) return namePath(field.replace(/\[\d+\]/g, '[]').replace(/^turns/, 'messages'));
  if (field.startsWith('choices[0].blocks')) return namePath(field.slice('choices[0].'.length));
  return field.startsWith('tools[') ? `toolConfig.${namePath(field)}` : field;
};

const namePath = (path: string): string =>
  path
    .split('.')
    .map((step) => (step.startsWith('blocks[') ? step.replace('blocks', 'content') : memberName(step)))
    .filter((step) => step !== 'meta')
    .join('.');

const memberName = (step: string): string => (Object.hasOwn(members, step) ? (members[step] ?? step) : step);
