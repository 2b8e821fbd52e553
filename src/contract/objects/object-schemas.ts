import { z } from 'zod';
import type { ObjectKind } from '../../core/access/object-kind.ts';
import type { Json, JsonObject } from '../../core/json/json.ts';
import { budgets, moment } from './budget-schema.ts';
import {
  addresses,
  alias,
  configTree,
  defaults,
  deploymentParams,
  deploymentSecrets,
  extras,
  givenId,
  metadata,
  modelAliases,
  models,
  objectId,
  presetConfig,
  routes,
  tags,
  text,
} from './fields.ts';
import { limits } from './limit-schema.ts';

const named = {
  alias: alias.optional(),
  description: text(2000).optional(),
  metadata: metadata.optional(),
  extras: extras.optional(),
};

const held = { budgets: budgets.optional(), limits: limits.optional() };

const scope = {
  ...named,
  ...held,
  budget_id: text(256).optional().describe('A `budget` object whose budgets and limits hold here too.'),
  models: models.optional(),
  blocked: z.boolean().optional().describe('Refuses every call.'),
  private: z
    .boolean()
    .optional()
    .describe('What its calls are answered is kept nowhere, also not for an Idempotency-Key.'),
};

const made = { id: objectId.optional() };
const given = { id: givenId };

const member = z.strictObject({
  user_id: text(256),
  role: z.enum(['admin', 'member']),
  ...held,
});

const owner = (what: string) => text(256).optional().describe(`The ${what} it belongs to.`);

const keyShape = {
  ...made,
  ...scope,
  team_id: owner('team'),
  project_id: owner('project'),
  user_id: owner('user'),
  model_aliases: modelAliases.optional(),
  access_groups: z.array(text(256)).max(100).optional().describe('Groups whose models may be used too.'),
  expires_at: moment.optional(),
  expires_in: z
    .string()
    .regex(/^\d{1,6}[smhdw]$/, { error: 'must be a time span such as "30d", "12h", "45m"' })
    .optional()
    .describe('Instead of `expires_at`: a time span from now, such as `30d`.'),
  routes: routes.optional(),
  addresses: addresses.optional(),
  defaults: defaults.optional(),
  tags: tags.optional(),
  admin: z
    .strictObject({ of: z.enum(['organisation', 'team']), access: z.enum(['read', 'write']) })
    .optional()
    .describe('Makes it a key for the admin API instead of one for calls. `of: team` needs `team_id`.'),
};

/** What may be written of each kind. */
export const objectShapes = {
  organisation: { ...made, ...scope },
  team: {
    ...made,
    ...scope,
    members: z.array(member).max(2000).optional(),
    model_aliases: modelAliases.optional(),
  },
  project: { ...made, ...scope, team_id: owner('team') },
  user: { ...made, ...scope, email: text(320).optional() },
  customer: { ...given, ...scope },
  tag: { ...given, ...scope },
  key: keyShape,
  budget: { ...made, ...named, ...held },
  'access-group': { ...made, ...named, models: models.min(1) },
  credential: {
    ...made,
    ...named,
    provider: text(100).describe('The id of a provider, as `sluice providers` lists them.'),
    api_key: text(4096).describe('The secret. Written only: no answer ever holds it.'),
    blocked: z.boolean().optional().describe('Leaves it out.'),
    only_named: z
      .boolean()
      .optional()
      .describe('Uses it where a call names it only; else it takes the place of the installation’s key.'),
  },
  config: {
    ...made,
    ...named,
    config: configTree,
    blocked: z.boolean().optional().describe('Refuses every call that names it.'),
  },
  deployment: {
    ...made,
    ...named,
    name: text(256).describe('What clients write; several with one name are balanced.'),
    params: deploymentParams,
    secrets: deploymentSecrets.optional(),
    blocked: z.boolean().optional().describe('Leaves it out.'),
  },
  preset: {
    ...made,
    ...named,
    config: presetConfig,
    blocked: z.boolean().optional().describe('Refuses every call that names it.'),
  },
} as const satisfies Record<ObjectKind, z.ZodRawShape>;

/** The contract of a creation. */
export const creationSchema = (kind: ObjectKind): z.ZodType => z.strictObject(objectShapes[kind]);

/** The contract of a change: any member, `null` to take one away; never the id. */
export const changeSchema = (kind: ObjectKind): z.ZodType => {
  const { id: _, ...members } = objectShapes[kind] as Readonly<Record<string, z.ZodType>>;
  return z.strictObject(
    Object.fromEntries(
      Object.entries(members).map(([name, schema]) => [
        name,
        isRequired(schema) ? schema.optional() : schema.nullable().optional(),
      ]),
    ),
  );
};

/** What must be there cannot be taken away. */
const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;

/** The members a kind has, for messages. */
export const memberNames = (kind: ObjectKind): readonly string[] => Object.keys(objectShapes[kind]);

/** The contracts as JSON Schema, for the published description. */
export const objectJsonSchema = (kind: ObjectKind, contract: 'creation' | 'change'): JsonObject => {
  const schema = contract === 'creation' ? creationSchema(kind) : changeSchema(kind);
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input' }) as Record<string, Json>;
  return plain;
};
