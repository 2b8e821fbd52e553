import { parseJson, stringAt } from '../json/json.ts';
import { isException } from './aws-message.ts';
import type { SseFrame } from './sse-frame.ts';

/**
 * A frame of `aws-chunks` as the event its own format would have sent: named after its type, and a failure, which AWS tells beside the format, as
 * Anthropic's `error` event.
 */
export const chunkEvent = ({ event, data }: SseFrame): SseFrame => {
  const body = parseJson(data);
  if (event === undefined || !isException(event)) {
    const type = stringAt(body, 'type');
    return type === undefined ? { data } : { event: type, data };
  }
  const message = stringAt(body, 'message') ?? `The provider ended the stream with ${event}.`;
  const type = errorTypes[event] ?? 'api_error';
  return { event: 'error', data: JSON.stringify({ type: 'error', error: { type, message } }) };
};

const errorTypes: Readonly<Record<string, string>> = {
  throttlingException: 'rate_limit_error',
  serviceUnavailableException: 'overloaded_error',
  modelTimeoutException: 'timeout_error',
  validationException: 'invalid_request_error',
};
