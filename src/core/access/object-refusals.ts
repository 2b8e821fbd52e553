import { GatewayError } from '../errors/gateway-error.ts';
import type { NamedObject } from './named-objects.ts';
import type { ObjectKind } from './object-kind.ts';

/** An object within its organisation. */
export interface ObjectPlace {
  readonly kind: ObjectKind;
  readonly id: string;
}

/** What every store of objects says when it refuses, in the same words whatever database it has. */

export const noOrganisation = (orgId: string): GatewayError =>
  new GatewayError('not_found', `There is no organisation "${orgId}".`);

export const noObject = ({ kind, id }: ObjectPlace): GatewayError =>
  new GatewayError('not_found', `There is no ${kind} "${id}".`);

export const takenId = ({ kind, id }: ObjectPlace): GatewayError =>
  new GatewayError('conflict', `id: there is a ${kind} "${id}" already.`, { param: 'id' });

/** `taker`: the object that has the alias. */
export const takenAlias = (kind: ObjectKind, alias: string, taker: string): GatewayError =>
  new GatewayError('conflict', `alias: the ${kind} "${taker}" is called "${alias}" already.`, { param: 'alias' });

export const takenKey = (): GatewayError =>
  new GatewayError('conflict', 'key: this key is known already. Let one be made.', { param: 'key' });

export const takenIdempotencyKey = (): GatewayError =>
  new GatewayError(
    'conflict',
    'This Idempotency-Key was used for something else within the last day. Take a new one.',
    { param: 'idempotency-key' },
  );

export const missingNamed = ({ field, kind, id }: NamedObject): GatewayError =>
  new GatewayError('invalid_request', `${field}: there is no ${kind} "${id}".`, { param: field });

/** How many that need an object are read: one more than are named. */
export const mostNamers = 6;

/** `namers`: some of the objects that need this one, at most `mostNamers`. */
export const stillNeeded = ({ kind, id }: ObjectPlace, namers: readonly ObjectPlace[]): GatewayError => {
  const named = namers.slice(0, mostNamers - 1).map((one) => `${one.kind} ${one.id}`);
  const rest = namers.length >= mostNamers ? ' and others' : '';
  return new GatewayError(
    'conflict',
    `The ${kind} "${id}" is still needed by ${named.join(', ')}${rest}. Delete or move those first.`,
  );
};

/** The organisation everything begins in. */
export const isFirst = ({ kind, id }: ObjectPlace): boolean => kind === 'organisation' && id === 'default';

export const firstStays = (): GatewayError =>
  new GatewayError('conflict', 'The organisation "default" is the one everything begins in, and stays.');

export const declaredElsewhere = ({ kind, id }: ObjectPlace): GatewayError =>
  new GatewayError(
    'conflict',
    `The config file declares the ${kind} "${id}", which was made by the admin API. Delete it there, or give the declared one another id.`,
  );

/** Throws unless the object is there, is not the file's, and has the revision that is expected of it. */
export function mustBeChangeable(
  place: ObjectPlace,
  object: { readonly origin: 'file' | 'database'; readonly revision: number } | undefined,
  expectedRevision: number | undefined,
): asserts object {
  const { kind, id } = place;
  if (object === undefined) throw noObject(place);
  if (object.origin === 'file')
    throw new GatewayError('owned_by_file', `The ${kind} "${id}" stands in the config file. Change it there.`);
  if (expectedRevision !== undefined && expectedRevision !== object.revision)
    throw new GatewayError(
      'precondition_failed',
      `The ${kind} "${id}" has revision ${object.revision} by now, not ${expectedRevision}. Read it again.`,
      { param: 'if-match' },
    );
}
