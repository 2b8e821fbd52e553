import { z } from 'zod';
import { modalities, modelModes, modelParameters } from '../../core/catalog/models/model-info.ts';
import { millionUnits, type PriceUnit, pieceUnits, priceServices } from '../../core/money/price.ts';

const largestDollars = 9000;

/** Whole nano-dollars, so nine decimals at most. */
const dollars = z
  .number()
  .min(0)
  .max(largestDollars)
  .refine((value) => Math.abs(value * 1e9 - Math.round(value * 1e9)) < 1e-3, {
    error: 'must have at most nine decimals',
  })
  .optional();

const snakeCase = (unit: string): string => unit.replaceAll('-', '_');

/** Keys of a price list → units. */
export const priceKeys: ReadonlyMap<string, PriceUnit> = new Map<string, PriceUnit>([
  ...millionUnits.map((unit) => [`${snakeCase(unit)}_per_million`, unit] as const),
  ...pieceUnits.map((unit) => [`per_${snakeCase(unit)}`, unit] as const),
]);

const rateMembers = Object.fromEntries([...priceKeys.keys()].map((key) => [key, dollars])) as Readonly<
  Record<string, typeof dollars>
>;

const tierSchema = z.strictObject({
  above_input_tokens: z.int().min(1).describe('The rates hold for requests with more input than this.'),
  ...rateMembers,
});

const sheetMembers = { ...rateMembers, tiers: z.array(tierSchema).optional() };

export const pricesSchema = z
  .strictObject({
    ...sheetMembers,
    services: z
      .partialRecord(z.enum(priceServices), z.strictObject(sheetMembers))
      .optional()
      .describe('What differs for requests served another way.'),
  })
  .describe(
    'US dollars for a million (`input_per_million`) or for one (`per_image`). They replace all the catalogue says of the price.',
  );

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a day such as 2026-12-31' });
const tokenCount = z.int().min(1).max(1_000_000_000);

/** What an operator says of one model. */
export const modelSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*\/\S+$/, { error: 'must be of the form provider/model' })
    .describe('`provider/model`, with the id the provider uses.'),
  title: z.string().min(1).optional().describe('The name people read.'),
  mode: z.enum(modelModes).optional().describe('What it is for.'),
  context_tokens: tokenCount.optional().describe('Longest input and output together.'),
  max_input_tokens: tokenCount.optional().describe('Longest input.'),
  max_output_tokens: tokenCount
    .optional()
    .describe('Longest output; also asked for where a provider demands a limit and the client gave none.'),
  input_modalities: z.array(z.enum(modalities)).optional(),
  output_modalities: z.array(z.enum(modalities)).optional(),
  parameters: z.array(z.enum(modelParameters)).optional().describe('Request parameters it supports.'),
  retires_on: day.optional().describe('The day from which the provider refuses it.'),
  prices: pricesSchema.optional(),
});

export type ModelDocument = z.output<typeof modelSchema>;
export type PricesDocument = z.output<typeof pricesSchema>;
