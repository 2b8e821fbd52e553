import { z } from 'zod';
import { windowName } from '../../core/access/scope-budgets.ts';
import { isTimeZone } from '../../core/ledger/budget-window.ts';
import { readUsd } from '../../core/money/read-usd.ts';
import { usdText } from '../../core/money/usd-text.ts';
import { modelPattern } from './fields.ts';

/** Dollars, read exactly and kept as decimal text. */
export const usd = z
  .union([z.string(), z.number()])
  .transform((value, context) => {
    const read = readUsd(value);
    if ('nanoUsd' in read) return usdText(read.nanoUsd);
    context.addIssue(read.problem);
    return z.NEVER;
  })
  .describe('US dollars as a decimal, up to nine digits behind the point: `"12.50"` or `12.5`.');

const window = z
  .union([
    z.enum(['hour', 'day', 'week', 'month', 'lifetime']),
    z.strictObject({ rolling_days: z.int().min(1).max(3660) }),
  ])
  .describe('How long it lasts before it begins anew, by the calendar of `time_zone`.');

export const moment = z.iso
  .datetime({ offset: true, error: 'must be a time such as "2030-01-31T12:00:00Z"' })
  .describe('A time such as `2030-01-31T12:00:00Z`.');

const budget = z.strictObject({
  limit_usd: usd,
  window,
  time_zone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone such as "Europe/Berlin"' })
    .optional()
    .describe('An IANA name; UTC when left out.'),
  models: z.array(modelPattern).min(1).max(200).optional().describe('Only calls of these count. Absent: all.'),
  soft: z.boolean().optional().describe('Refuses nothing; passing it is told.'),
  raise: z.strictObject({ usd, until: moment }).optional().describe('More, until a moment.'),
});

/** Several at once; no two may share a counter. */
export const budgets = z
  .array(budget)
  .max(20)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, one] of list.entries()) {
      const name = `${windowName(one)} ${one.models?.toSorted().join(',') ?? ''} ${one.soft ?? false}`;
      if (seen.has(name))
        context.addIssue({
          code: 'custom',
          path: [index],
          message: 'has the window and models of an earlier one; leave one of them out',
        });
      seen.add(name);
    }
  })
  .describe('What may be spent. All of them hold.');
