import { z } from 'zod';
import { type CredentialField, cloudKinds, credentialFields } from '../../core/catalog/cloud-credentials.ts';
import { addressPart } from './fill-variables.ts';

/** `variables` of a provider: values for the `{name}`s in its address. */
export const variablesSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9_]*$/, { error: 'must be lower-case letters, digits and "_"' }),
    z
      .string()
      .regex(addressPart, { error: 'must be letters, digits, ".", "_" and "-", and begin with a letter or digit' }),
  )
  .describe('Parts of the address: `{region}` in `base_url` or a path is `region` here.');

const fieldSchemas = (): Readonly<Record<string, z.ZodOptional<z.ZodString>>> => {
  const schemas: Record<string, z.ZodOptional<z.ZodString>> = {};
  for (const kind of cloudKinds) {
    const fields: Readonly<Record<string, CredentialField>> = credentialFields[kind];
    for (const [name, { about, env }] of Object.entries(fields)) {
      const others = schemas[name]?.description;
      const own = env.length === 0 ? about : `${about} From ${env.join(' or ')} when left out.`;
      const all = others === undefined ? own : `${others} ${own}`;
      schemas[name] = z.string().min(1).optional().describe(all);
    }
  }
  return schemas;
};

/** `credentials` of a provider; which fields fit depends on its `auth`, and `checkCloud` tells. */
export const credentialsSchema = z
  .strictObject(fieldSchemas())
  .describe('What calls are signed with or tokens asked for with, where `auth` is `aws`, `google` or `azure`.');
