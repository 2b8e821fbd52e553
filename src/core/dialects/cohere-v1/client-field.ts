import { clientField as newer } from '../cohere/door/client-field.ts';

/** The client's own name for a field of ours. Where a turn stands tells nothing here: it may be the preamble, the history or the message. */
export const clientField = (field: string): string => {
  if (field === 'turns' || field.startsWith('turns[')) return 'chat_history';
  if (field.startsWith('output.schema')) return 'response_format.schema';
  return newer(field).replace(/^(tools\[\d+\])\.parameters/, '$1.parameter_definitions');
};
