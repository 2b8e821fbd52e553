import { z } from 'zod';
import { holdModes } from '../core/ledger/hold-size.ts';
import { pricesSchema } from './models/model-schema.ts';
import { usd } from './objects/budget-schema.ts';

export const unknownPrices = ['refuse', 'ceiling', 'free'] as const;
export const durabilities = ['kill', 'power'] as const;

/** A share as people write it: `0.1` or `10%` is a tenth. Read as parts per million, exactly. */
const share = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = typeof value === 'number' ? String(value) : value.trim();
  const match = /^(\d{1,3})(?:\.(\d{1,6}))?(%?)$/.exec(text);
  const [, whole = '', fraction = '', percent = ''] = match ?? [];
  const parts = Number(whole + fraction.padEnd(6, '0')) / (percent === '%' ? 100 : 1);
  if (match !== null && Number.isInteger(parts) && parts <= 10_000_000) return parts;
  context.addIssue('must be a share such as 0.1 or "10%", with up to six digits behind the point');
  return z.NEVER;
});

export const moneySchema = z
  .strictObject({
    hold: z
      .enum(holdModes)
      .default('sliced')
      .describe(
        'How much is set aside for a running call. `strict`: its worst bill, so that no budget is ever passed; `sliced`: the input and a slice of output that grows while the answer runs; `soft`: as sliced, and budgets only tell.',
      ),
    unknown_price: z
      .enum(unknownPrices)
      .default('refuse')
      .describe(
        'A call of a model whose price nobody knows. `refuse`: when a budget counts it; `ceiling`: it is charged at the price under `ceiling`, until `sluice ledger rerate` knows better; `free`: it passes, and is charged nothing.',
      ),
    ceiling: pricesSchema
      .optional()
      .describe(
        'What a model is charged at whose price nobody knows, with `unknown_price: ceiling`: more than any may cost.',
      ),
    durability: z
      .enum(durabilities)
      .default('kill')
      .describe(
        '`kill`: what was promised survives the end of the process; `power`: also a power cut, at the cost of a disk sync before each call.',
      ),
    drain_abandoned: z
      .boolean()
      .default(true)
      .describe(
        'Some providers bill a stream to its end although its client has left. `true`: it is read to the end, at most 32 at once and 120 s each, and charged with the provider’s counts; `false`: it is closed, and what had passed is charged.',
      ),
    no_output_no_charge: z
      .boolean()
      .default(false)
      .describe(
        'An answer that broke before its first word is charged nothing; what it cost stays in the ledger as goodwill.',
      ),
    alerts: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe('Called by POST with JSON, once for each window of a budget; redirects are not followed.'),
        secret: z
          .string()
          .min(1)
          .optional()
          .describe('Signs what is sent: `x-sluice-signature: t=SECONDS,v1=HEX`, an HMAC-SHA256 of `SECONDS.BODY`.'),
      })
      .optional()
      .describe('Whom to tell of a soft budget that is passed and of a budget that is spent.'),
    credits: z
      .strictObject({
        hook_secret: z
          .string()
          .min(16)
          .optional()
          .describe(
            'Opens `POST /admin/v1/hooks/payments`, by which a payment system adds credits: each call is signed with this, as `x-sluice-signature: t=SECONDS,v1=HEX`.',
          ),
        fee: share
          .refine((parts) => parts < 1_000_000, 'must be less than 100%')
          .default(0)
          .describe('Taken off what the hook says was paid: `5.5%`.'),
        least_fee_usd: usd.default('0').describe('The least that is taken.'),
        expire_after: z
          .string()
          .regex(/^\d{1,6}[smhdw]$/, { error: 'must be a time span such as "365d"' })
          .optional()
          .describe('When credits of the hook expire, where a payment does not say: `365d`. Never without it.'),
      })
      .optional()
      .describe('What is paid before it is spent.'),
    // More would pay for being called.
    discount: share
      .refine((parts) => parts <= 1_000_000, 'must be at most 100%')
      .default(0)
      .describe('Taken off list prices: `0.1` or `10%`.'),
    margin: share.default(0).describe('Put on prices, after the discount.'),
  })
  .superRefine(({ unknown_price, ceiling }, context) => {
    if (unknown_price !== 'ceiling') return;
    const rates: Readonly<Record<string, unknown>> = ceiling ?? {};
    if (typeof rates['input_per_million'] === 'number' && typeof rates['output_per_million'] === 'number') return;
    context.addIssue({
      code: 'custom',
      path: ['unknown_price'],
      message: 'needs `ceiling` beside it, with `input_per_million` and `output_per_million`',
    });
  })
  .describe('What calls cost, and how budgets hold.');
