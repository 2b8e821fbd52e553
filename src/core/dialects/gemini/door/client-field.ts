/** Where a field of the IR stands in a client's body. */
const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    turns: 'contents',
    blocks: 'parts',
    tools: 'tools.functionDeclarations',
    toolChoice: 'toolConfig.functionCallingConfig',
    temperature: 'generationConfig.temperature',
    topP: 'generationConfig.topP',
    topK: 'generationConfig.topK',
    maxOutputTokens: 'generationConfig.maxOutputTokens',
    choices: 'generationConfig.candidateCount',
    seed: 'generationConfig.seed',
    presencePenalty: 'generationConfig.presencePenalty',
    frequencyPenalty: 'generationConfig.frequencyPenalty',
    stop: 'generationConfig.stopSequences',
    logprobs: 'generationConfig.responseLogprobs',
    topLogprobs: 'generationConfig.logprobs',
    modalities: 'generationConfig.responseModalities',
    output: 'generationConfig.responseSchema',
    reasoning: 'generationConfig.thinkingConfig',
    'reasoning.effort': 'generationConfig.thinkingConfig.thinkingLevel',
    'reasoning.budgetTokens': 'generationConfig.thinkingConfig.thinkingBudget',
    'reasoning.show': 'generationConfig.thinkingConfig.includeThoughts',
    inputs: 'requests',
    dimensions: 'outputDimensionality',
    task: 'taskType',
    seal: 'thoughtSignature',
  }),
);

/**
 * The client's own name of an IR path. Turns are not numbered: the prompt is a turn but no content, and one content may be several turns,
 * so the number would point at the wrong place.
 */
export const clientField = (field: string): string => {
  const whole = names.get(field);
  if (whole !== undefined) return whole;
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  return field
    .split('.')
    .map((step) => {
      const [word = '', bracket] = step.split('[');
      const numbered = bracket !== undefined && word !== 'turns' && word !== 'blocks';
      return `${names.get(word) ?? word}${bracket === undefined ? '' : numbered ? `[${bracket}` : '[]'}`;
    })
    .join('.');
};
