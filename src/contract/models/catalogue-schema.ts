import { z } from 'zod';
import type { CatalogueText } from '../../core/catalog/models/catalogue-file.ts';
import { modalities, modelModes, modelParameters, reasoningEfforts } from '../../core/catalog/models/model-info.ts';
import { readModel } from '../../core/catalog/models/model-line.ts';
import { largestRate, priceServices, priceUnits } from '../../core/money/price.ts';

const day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { error: 'is no day' });
const count = z.int().min(0);
const tokens = z.int().min(1);

const headerSchema = z.object({
  format: z.literal('sluice-catalogue'),
  version: z.literal(1),
  made: day,
  models: count,
  priced: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sources: z.array(
    z.object({
      name: z.string(),
      origin: z.string(),
      commit: z.string().optional(),
      licence: z.string(),
      copyright: z.string(),
    }),
  ),
});

const ratesSchema = z.partialRecord(z.enum(priceUnits), z.int().min(0).max(largestRate));
const sheetSchema = z.strictObject({
  rates: ratesSchema,
  tiers: z
    .array(z.strictObject({ aboveInputTokens: tokens, rates: ratesSchema }))
    .refine((tiers) => rises(tiers.map(({ aboveInputTokens }) => aboveInputTokens)), {
      error: 'has tiers out of order',
    }),
});

const versionSchema = z.strictObject({
  validFrom: day.optional(),
  standard: sheetSchema,
  services: z.partialRecord(z.enum(priceServices), sheetSchema),
  sources: z.array(z.string()).min(1),
  agreed: z.boolean(),
});

const modelSchema = z.strictObject({
  provider: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, { error: 'is no id of a provider' }),
  id: z.string().min(1).max(512),
  title: z.string().min(1).max(512),
  mode: z.enum(modelModes),
  author: z.string().optional(),
  family: z.string().optional(),
  contextTokens: tokens.optional(),
  maxInputTokens: tokens.optional(),
  maxOutputTokens: tokens.optional(),
  inputModalities: z.array(z.enum(modalities)),
  outputModalities: z.array(z.enum(modalities)),
  parameters: z.array(z.enum(modelParameters)),
  reasoning: z
    .strictObject({
      toggle: z.boolean().optional(),
      efforts: z.array(z.enum(reasoningEfforts)).optional(),
      budget: z.strictObject({ minTokens: count.optional(), maxTokens: count.optional() }).optional(),
    })
    .optional(),
  releasedOn: day.optional(),
  knowledgeCutoff: z
    .string()
    .regex(/^\d{4}-\d{2}(-\d{2})?$/)
    .optional(),
  retiresOn: day.optional(),
  status: z.enum(['deprecated', 'beta']).optional(),
  openWeights: z.boolean().optional(),
  unlisted: z.boolean().optional(),
  price: z
    .array(versionSchema)
    .min(1)
    .refine((versions) => rises(versions.map(({ validFrom }) => validFrom ?? '')), {
      error: 'has versions out of order',
    })
    .optional(),
});

function rises(values: readonly (string | number)[]): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));
}

const toldProblems = 10;

/** Reads every line of a catalogue and tells what is wrong with it, by the line of the file; only the first few. */
export const checkCatalogue = ({ header, body }: CatalogueText): readonly string[] => {
  const problems: string[] = [];
  const head = headerSchema.safeParse(header);
  if (!head.success) problems.push(`line 1: ${said(head.error)}`);
  let priced = 0;
  const lines = body.split('\n');
  if (lines.pop() !== '') problems.push(`line ${lines.length + 2}: the last line has no end; the file is cut`);
  let before = '';
  for (const [index, line] of lines.entries()) {
    const at = `line ${index + 2}`;
    try {
      const key = line.slice(0, line.indexOf('\t'));
      if (key <= before) problems.push(`${at}: "${key}" stands twice or out of order, after "${before}"`);
      before = key;
      const checked = modelSchema.safeParse(readModel(line));
      if (checked.success) priced += checked.data.price === undefined ? 0 : 1;
      else problems.push(`${at}: ${said(checked.error)}`);
    } catch (error) {
      problems.push(`${at}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (problems.length > toldProblems) return problems;
  }
  if (problems.length > 0) return problems;
  const wrong = lines.length !== header.models || priced !== header.priced;
  const told = `line 1: it speaks of ${header.models} models and ${header.priced} prices, and there are ${lines.length} and ${priced}`;
  return wrong ? [told] : [];
};

const said = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
