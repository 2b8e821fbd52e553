import { z } from 'zod';
import { modelPattern } from './fields.ts';

const rate = (describes: string) =>
  z.int({ error: 'must be a whole number' }).min(0).max(1_000_000_000_000).optional().describe(describes);

const limit = z.strictObject({
  models: z.array(modelPattern).min(1).max(200).optional().describe('Only calls of these count. Absent: all.'),
  requests_per_minute: rate('Calls in a minute.'),
  requests_per_day: rate('Calls in a day.'),
  tokens_per_minute: rate('Tokens in and out in a minute.'),
  input_tokens_per_minute: rate('Tokens in, in a minute.'),
  output_tokens_per_minute: rate('Tokens out, in a minute.'),
  parallel_requests: rate('Calls at once.'),
});

export const limits = z
  .array(limit)
  .max(50)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, { models = [] }] of list.entries()) {
      const name = models.toSorted().join(',');
      if (seen.has(name))
        context.addIssue({
          code: 'custom',
          path: [index],
          message: 'is for the models of an earlier one; write them as one',
        });
      seen.add(name);
    }
  })
  .describe('Rate limits, each for some models or for all.');
