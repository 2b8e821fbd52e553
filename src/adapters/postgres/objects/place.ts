import type { ObjectPlace } from '../../../core/access/object-refusals.ts';

/** Where an object is in the whole installation. */
export interface Place extends ObjectPlace {
  readonly orgId: string;
}

/** An alias of an organisation must differ from those of all others, so whoever writes one looks at all. */
export const scopeOf = ({ orgId, kind }: Pick<Place, 'orgId' | 'kind'>): string =>
  kind === 'organisation' ? '*' : orgId;

/** A place by which changes of one object are put together. */
export const placeKey = (orgId: string, subject: string): string => JSON.stringify([orgId, subject]);
