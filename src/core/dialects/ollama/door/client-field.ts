/** Where a field of the IR stands in a client's body. */
const names: Readonly<Record<string, string>> = {
  turns: 'messages',
  blocks: 'content',
  output: 'format',
  reasoning: 'think',
  maxOutputTokens: 'options.num_predict',
  temperature: 'options.temperature',
  topP: 'options.top_p',
  topK: 'options.top_k',
  seed: 'options.seed',
  stop: 'options.stop',
  presencePenalty: 'options.presence_penalty',
  frequencyPenalty: 'options.frequency_penalty',
  topLogprobs: 'top_logprobs',
  inputs: 'input',
};

/** The client's own name of an IR path. Messages are not numbered: results that follow each other are one turn, so the numbers differ. */
export const clientField = (field: string): string => {
  if (field.startsWith('extras.')) return field.slice('extras.'.length);
  return field
    .split('.')
    .map((step) => {
      const [word = '', bracket] = step.split('[');
      const numbered = bracket !== undefined && word !== 'turns' && word !== 'blocks';
      return `${names[word] ?? word}${bracket === undefined ? '' : numbered ? `[${bracket}` : '[]'}`;
    })
    .join('.');
};
