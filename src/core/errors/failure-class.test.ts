import { expect, test } from 'bun:test';
import { classifyFailure, type FailureClass } from './failure-class.ts';
import { GatewayError } from './gateway-error.ts';

const fault = (status: number, message: string, code?: string): GatewayError =>
  new GatewayError('upstream_refused', message, {
    status,
    upstream: { status, message, ...(code === undefined ? {} : { code }) },
  });

const examples: readonly (readonly [GatewayError, FailureClass])[] = [
  [fault(429, 'Rate limit reached for gpt-5'), 'rate-limit'],
  [
    fault(429, 'You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota'),
    'quota',
  ],
  [fault(400, 'Your credit balance is too low to access the Anthropic API.'), 'quota'],
  [fault(402, 'Insufficient Balance'), 'quota'],
  [fault(400, "This model's maximum context length is 8192 tokens.", 'context_length_exceeded'), 'context-window'],
  [fault(400, 'prompt is too long: 210000 tokens > 200000 maximum'), 'context-window'],
  [fault(400, 'The input token count (2000000) exceeds the maximum number of tokens allowed'), 'context-window'],
  [
    fault(400, "The response was filtered due to Azure OpenAI's content management policy.", 'content_filter'),
    'content-policy',
  ],
  [fault(401, 'Incorrect API key provided'), 'credential'],
  [fault(403, 'Your account does not have access to model gpt-5-pro'), 'model-access'],
  [fault(403, 'Country, region, or territory not supported', 'unsupported_country_region_territory'), 'region'],
  [fault(404, 'The model `gpt-9` does not exist', 'model_not_found'), 'model-gone'],
  [fault(408, ''), 'timeout'],
  [fault(400, "Invalid value for 'temperature'"), 'caller-fault'],
  [fault(422, 'messages: field required'), 'caller-fault'],
  [fault(500, 'The model crashed and billing is unknown'), 'transient'],
  [fault(503, 'overloaded'), 'transient'],
  [fault(529, 'Overloaded'), 'transient'],
  [fault(524, ''), 'timeout'],
  [new GatewayError('upstream_unreachable', ''), 'transient'],
  [new GatewayError('upstream_timeout', ''), 'timeout'],
  [new GatewayError('upstream_invalid', ''), 'bad-response'],
  [new GatewayError('unsupported_by_target', ''), 'unsupported'],
  [new GatewayError('client_gone', ''), 'caller-fault'],
  [new GatewayError('budget_exceeded', ''), 'caller-fault'],
];

test('every failure is told apart by status, code and wording', () => {
  for (const [error, expected] of examples)
    expect(`${error.status} ${error.message} → ${classifyFailure(error)}`).toBe(
      `${error.status} ${error.message} → ${expected}`,
    );
});
