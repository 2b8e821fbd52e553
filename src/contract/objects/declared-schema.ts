import { z } from 'zod';
import { type DeclaredKind, type DeclaredObject, declaredKinds } from '../../core/access/declared-object.ts';
import type { Documents } from '../../core/access/documents.ts';
import { kindNames } from '../../core/access/object-kind.ts';
import { objectId } from './fields.ts';
import { objectShapes } from './object-schemas.ts';

const organisation = objectId.default('default').describe('The organisation it belongs to.');

const secret = {
  key: z
    .string()
    .min(20)
    .max(512)
    .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII characters without spaces' })
    .optional()
    .describe('The secret, best from the environment: `${CI_KEY}`.'),
  key_sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, { error: 'must be a SHA-256 in hexadecimal' })
    .optional()
    .describe('Instead of `key`: its SHA-256.'),
};

/** What a creation by the admin API takes, with an id and without what hangs on the moment. */
const declared = (kind: DeclaredKind): z.ZodType => {
  const { expires_in: _, ...shape } = objectShapes[kind] as z.ZodRawShape;
  const named = z.strictObject({
    ...shape,
    id: kind === 'customer' || kind === 'tag' ? (shape['id'] as z.ZodType) : objectId,
    ...(kind === 'organisation' ? {} : { organisation }),
    ...(kind === 'key' ? secret : {}),
  });
  if (kind !== 'key') return named;
  return named.refine(
    (key) => ('key' in key && key['key'] !== undefined) !== ('key_sha256' in key && key['key_sha256'] !== undefined),
    {
      error: 'needs one of key and key_sha256',
    },
  );
};

/** Objects by plural kind: `teams: [{ id: web, … }]`. */
export const objectsSchema = z
  .strictObject(
    Object.fromEntries(
      declaredKinds.map((kind) => [pluralOf(kind), z.array(declared(kind)).max(10_000).optional()] as const),
    ),
  )
  .describe(
    'Organisations, teams, users, keys and the like that stand in this file: made at the start, changed with the file, deleted when they stand here no more. The admin API shows them and does not change them.',
  );

function pluralOf(kind: DeclaredKind): string {
  return kindNames[kind].plural.replaceAll('-', '_');
}

interface Entry {
  readonly id: string;
  readonly alias?: string;
  readonly organisation?: string;
  readonly key?: string;
  readonly key_sha256?: string;
}

/** The declared objects, each behind those it may name. */
export const toDeclared = (document: Readonly<Record<string, unknown>>): readonly DeclaredObject[] =>
  declaredKinds.flatMap((kind) =>
    ((document[pluralOf(kind)] ?? []) as readonly Entry[]).map((entry): DeclaredObject => {
      const { id, alias, organisation: home, key, key_sha256: sha256, ...data } = entry;
      const known = key === undefined ? (sha256 === undefined ? undefined : { sha256 }) : { key };
      return {
        orgId: kind === 'organisation' ? id : (home ?? 'default'),
        kind,
        id,
        ...(alias === undefined ? {} : { alias }),
        data: data as Documents[DeclaredKind],
        ...(known === undefined ? {} : { secret: known }),
      };
    }),
  );
