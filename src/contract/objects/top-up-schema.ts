import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../../core/json/json.ts';
import { explainIssue, pathText } from '../explain-issue.ts';
import { moment, usd } from './budget-schema.ts';
import { text } from './fields.ts';
import type { Read } from './read-object.ts';

const span = z
  .string()
  .regex(/^\d{1,6}[smhdw]$/, { error: 'must be a time span such as "365d"' })
  .describe('Instead of `expires_at`: a time span from now, such as `365d`.');

const expiry = { expires_at: moment.optional(), expires_in: span.optional() };

const aboveNothing = usd.refine((value) => Number(value) > 0, { error: 'must be more than nothing' });

const topUp = z.strictObject({
  usd: aboveNothing.describe('What may be spent more, in US dollars.'),
  ...expiry,
  note: text(500).optional().describe('Your words for it, such as the number of a bill.'),
});

const payment = z.strictObject({
  payment_id: text(200).describe('Your name for the payment: told again, it adds nothing.'),
  paid_usd: aboveNothing.describe('What was paid; the fee is taken off it.'),
  organisation: text(256).optional().describe('`default` without it.'),
  kind: z
    .enum(['organisation', 'team', 'project', 'user', 'customer', 'key'])
    .default('organisation')
    .describe('What has the credits.'),
  id: text(256).optional().describe('Of the team, key …; the organisation itself without it.'),
  ...expiry,
  note: text(500).optional(),
});

export type TopUp = z.output<typeof topUp>;
export type Payment = z.output<typeof payment>;

const readBy = <Value>(schema: z.ZodType<Value>, input: unknown): Read<Value> => {
  const given = input ?? {};
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ field: key, message: 'is not a known field' }))
        : explainIssue(issue, isObject(given) ? given : {}).map(({ path, message }) => ({
            field: pathText(path),
            message,
          })),
    ),
  };
};

export const readTopUp = (input: unknown): Read<TopUp> => readBy(topUp, input);
export const readPayment = (input: unknown): Read<Payment> => readBy(payment, input);

/** The contracts as JSON Schema, for the published description. */
export const topUpJsonSchemas = (): JsonObject => ({
  topUp: plain(z.toJSONSchema(topUp, { io: 'input' }) as Record<string, Json>),
  payment: plain(z.toJSONSchema(payment, { io: 'input' }) as Record<string, Json>),
});

const plain = ({ $schema: _, ...schema }: Record<string, Json>): JsonObject => schema;
