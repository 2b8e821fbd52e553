import type { FailureClass } from '../../core/errors/failure-class.ts';
import { isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { numberAt } from './work.ts';

/** LiteLLM's exceptions, as they begin the names of its policies, and the failures they are here. */
const exceptions: Readonly<Record<string, readonly FailureClass[]>> = {
  BadRequestError: ['caller-fault'],
  AuthenticationError: ['credential'],
  TimeoutError: ['timeout'],
  RateLimitError: ['rate-limit'],
  ContentPolicyViolationError: ['content-policy'],
  InternalServerError: ['transient', 'bad-response'],
};

/** A policy such as `{RateLimitErrorRetries: 3}` by class of failure; undefined when it says nothing. */
export const policyOf = (
  policy: Json | undefined,
  { suffix, most }: { readonly suffix: 'Retries' | 'AllowedFails'; readonly most: number },
): JsonObject | undefined => {
  if (policy === undefined || !isObject(policy)) return undefined;
  const members = Object.entries(exceptions).flatMap(([name, classes]) => {
    const count = numberAt(policy, `${name}${suffix}`);
    return count === undefined ? [] : classes.map((one) => [one, Math.min(most, Math.floor(count))] as const);
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
};
