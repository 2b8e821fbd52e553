import { z } from 'zod';
import { usualAwsService } from '../core/catalog/cloud-credentials.ts';
import { quirkIds } from '../core/catalog/quirks.ts';
import { modelTraits } from '../core/dialects/dialect.ts';
import { dialectIds, operations } from '../core/ir/dialect-id.ts';
import { credentialsSchema, variablesSchema } from './cloud/cloud-schema.ts';
import { caFileSchema, probeSchema, providerLimitsSchema, proxySchema } from './network/network-schema.ts';
import { budgets } from './objects/budget-schema.ts';

/** A value or a list of them; read as a list. */
export const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item, z.array(item)]).transform((value) => (Array.isArray(value) ? (value as z.output<Item>[]) : [value]));

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of an environment variable' });

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, { error: 'must be the name of an HTTP header' });

const modelPattern = z
  .string()
  .refine(isPattern, { error: 'is not a regular expression' })
  .describe('A regular expression over model ids.');

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const authSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bearer'), env: oneOrMore(variableName).optional() }),
    z.strictObject({ kind: z.literal('header'), name: headerName, env: oneOrMore(variableName).optional() }),
    z.strictObject({ kind: z.literal('query'), name: z.string().min(1), env: oneOrMore(variableName).optional() }),
    z.strictObject({
      kind: z.literal('aws'),
      service: z.string().min(1).default(usualAwsService),
      env: oneOrMore(variableName).optional(),
    }),
    z.strictObject({ kind: z.literal('google'), env: oneOrMore(variableName).optional() }),
    z.strictObject({ kind: z.literal('azure'), env: oneOrMore(variableName).optional() }),
    z.strictObject({ kind: z.literal('none') }),
  ])
  .describe(
    'How the provider wants its key. `env` names the variables it is looked for in. `aws`, `google` and `azure` also take `credentials`.',
  );

const servedBySchema = z.strictObject({
  dialect: z.enum(dialectIds).describe('The wire format.'),
  path: z
    .string()
    .startsWith('/', { error: 'must begin with "/"' })
    .describe('Appended to the base URL. `{model}` and `{method}` are filled in.'),
  stream_path: z
    .string()
    .startsWith('/', { error: 'must begin with "/"' })
    .optional()
    .describe('For streamed answers, where they have a path of their own.'),
  models: modelPattern.optional(),
});

const servesSchema = z
  .partialRecord(z.enum(operations), oneOrMore(servedBySchema))
  .describe(
    'What the provider can be asked, and how. Left out for a new provider: chat and embeddings in the formats of OpenAI.',
  );

const mannersSchema = z.strictObject({
  models: modelPattern,
  traits: z.array(z.enum(modelTraits)).optional(),
  quirks: z.array(z.enum(quirkIds)).optional(),
  max_output_tokens: z.int().min(1).optional(),
});

const partialTimeouts = z
  .strictObject({
    connect_ms: z.int().min(1).max(86_400_000).optional(),
    first_byte_ms: z.int().min(1).max(86_400_000).optional(),
    idle_ms: z.int().min(1).max(86_400_000).optional(),
    total_ms: z.int().min(1).max(86_400_000).optional(),
  })
  .describe('Time limits for this provider, over the general ones.');

const providerName = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, {
  error: 'must be lower-case letters, digits, ".", "_" and "-", and begin with a letter or digit',
});

/** One provider: changes to an entry of the catalogue, or a new one in the same shape. */
export const providerSchema = z.strictObject({
  id: providerName.describe('What stands before the slash in `provider/model`.'),
  like: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Id of a provider of the catalogue whose shape this one has: formats, paths, auth, quirks. Its key and models are its own.',
    ),
  same_models: z
    .boolean()
    .optional()
    .describe('True when its models and their prices are those of the provider named by `like`.'),
  aliases: z.array(providerName).optional().describe('Other names that work before the slash.'),
  title: z.string().min(1).optional().describe('The name people read.'),
  base_url: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+[^\s?#]*$/, { error: 'must be an http or https address without "?" and "#"' })
    .optional()
    .describe(
      'The address that paths are appended to. Host and port alone get the usual path (`/v1` in OpenAI’s formats).',
    ),
  api_key: z.string().min(1).optional().describe('The key. Write `${NAME}` to take it from the environment.'),
  api_keys: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Several keys, after `api_key` when both are given. The next is used when one is refused, spent or limited.',
    ),
  auth: authSchema.optional(),
  credentials: credentialsSchema.optional(),
  variables: variablesSchema.optional(),
  key_optional: z.boolean().optional().describe('True for a host that may run without a key.'),
  base_url_env: oneOrMore(variableName).optional().describe('Variables that give the address.'),
  headers: z.record(headerName, z.string()).optional().describe('Headers every call carries.'),
  serves: servesSchema.optional(),
  quirks: z.array(z.enum(quirkIds)).optional().describe('Named differences in how the host reads a dialect.'),
  manners: z.array(mannersSchema).optional().describe('Traits, quirks and limits of some of its models.'),
  models: z.array(z.string().min(1)).optional().describe('Models to list. Other ids work too, unless `closed`.'),
  owns: modelPattern
    .optional()
    .describe('A regular expression over bare model names that can only mean this provider.'),
  free: z
    .boolean()
    .optional()
    .describe('True when its calls cost nothing (your own machine): models without a price are then charged nothing.'),
  closed: z.boolean().optional().describe('True when only the listed models exist.'),
  timeouts: partialTimeouts.optional(),
  limits: providerLimitsSchema.optional(),
  budgets: budgets
    .optional()
    .describe('What all calls together may spend there; a route goes on to its next target when it is spent.'),
  probe: probeSchema.optional(),
  proxy: proxySchema.optional().describe('Proxy for this provider, over the general one; `none` for no proxy.'),
  ca_file: caFileSchema.optional(),
  enabled: z.boolean().default(true).describe('False switches it off.'),
});

export type ProviderDocument = z.output<typeof providerSchema>;
