import { expect, test } from 'bun:test';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { RateStanding } from '../../../core/policy/rate-limit/rate-standing.ts';
import { descriptorHeaders, refusalHeaders } from './rate-headers.ts';

const standing = (parts: Partial<RateStanding>): RateStanding => ({
  kind: 'requestsPerMinute',
  scope: 'key:k_1',
  limit: 10,
  remaining: 4,
  resetMs: 1000,
  ...parts,
});

test('each limit has its descriptor, a model’s own that of the model and the key', () => {
  const standings = [
    standing({}),
    standing({ scope: 'team:t', kind: 'tokensPerMinute', limit: 900, remaining: -5 }),
    standing({ scope: 'customer:c', kind: 'inputTokensPerMinute', limit: 80, remaining: 70 }),
    standing({ scope: 'key:k_1', models: ['openai/gpt-4o'], limit: 3, remaining: 2 }),
    standing({ kind: 'requestsPerDay', limit: 50, remaining: 49 }),
    standing({ kind: 'parallelRequests', limit: 2, remaining: 1 }),
  ];
  expect(descriptorHeaders(standings, { model: 'openai/gpt-4o', keyId: 'k_1' })).toEqual({
    'x-ratelimit-api_key-limit-requests': '10',
    'x-ratelimit-api_key-remaining-requests': '4',
    'x-ratelimit-team-limit-tokens': '900',
    'x-ratelimit-team-remaining-tokens': '0',
    'x-ratelimit-end_user-limit-input-tokens': '80',
    'x-ratelimit-end_user-remaining-input-tokens': '70',
    'x-ratelimit-model_per_key-limit-requests': '3',
    'x-ratelimit-model_per_key-remaining-requests': '2',
    'x-litellm-key-remaining-requests-openai-gpt-4o': '2',
    'x-ratelimit-api_key-limit-max_parallel_requests': '2',
    'x-ratelimit-api_key-remaining-max_parallel_requests': '1',
  });
});

test('a refusal says which kind of limit it was, and when it is free again', () => {
  const rate = standing({ kind: 'outputTokensPerMinute' });
  const error = new GatewayError('rate_limited', '', { rate, rates: [rate], retryAfterMs: 90_000 });
  expect(refusalHeaders(error, Date.parse('2026-11-24T12:00:00Z'))).toEqual({
    rate_limit_type: 'tokens',
    reset_at: '2026-11-24 12:01:30 UTC',
  });
});
