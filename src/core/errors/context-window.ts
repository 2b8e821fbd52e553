import type { UpstreamFault } from './gateway-error.ts';

/** How providers say that a prompt does not fit. */
const words =
  /prompt is too long|context[ _-]?(?:length|window|size)|maximum context|input token count.* exceeds|input (?:is too long|length exceeds|exceeds)|too many (?:input |total )?tokens/i;

/**
 * Whether a provider refused a request because it is longer than the model can read. Clients recover from that by shortening the
 * conversation, but each knows the words of its own format only.
 */
export const saysTooLong = ({ code, message, status }: Pick<UpstreamFault, 'code' | 'message' | 'status'>): boolean =>
  code === 'context_length_exceeded' || (status !== 429 && words.test(message));
