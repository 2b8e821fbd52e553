import { inAnyRange, readAddressRange } from '../../../core/access/address-range.ts';
import type { KeyDocument } from '../../../core/access/documents.ts';
import { GatewayError } from '../../../core/errors/gateway-error.ts';
import { fitsAnyName } from '../../../core/policy/name-pattern.ts';

type Bound = 'models' | 'routes' | 'addresses' | 'expires_at';

/** Whether what a key is to have lies within what its maker's own key has. */
const within: Readonly<Record<Bound, (wanted: KeyDocument, grantor: KeyDocument) => boolean>> = {
  // A pattern whose text fits another pattern names a part of what that one does.
  models: (wanted, grantor) => eachFits(wanted.models, grantor.models) && noOtherGroups(wanted, grantor),
  routes: (wanted, grantor) => eachFits(wanted.routes, grantor.routes),
  addresses: (wanted, grantor) => {
    const ranges = (grantor.addresses ?? []).map(readAddressRange).filter((range) => range !== undefined);
    return (wanted.addresses ?? ['']).every((text) => {
      const range = readAddressRange(text);
      return range !== undefined && ranges.some((one) => one.bits <= range.bits && inAnyRange([one], addressOf(text)));
    });
  },
  expires_at: (wanted, grantor) =>
    wanted.expires_at !== undefined && Date.parse(wanted.expires_at) <= Date.parse(grantor.expires_at ?? ''),
};

const eachFits = (wanted: readonly string[] | undefined, held: readonly string[] | undefined): boolean =>
  wanted?.every((pattern) => fitsAnyName(held ?? [], pattern)) ?? false;

const noOtherGroups = (wanted: KeyDocument, grantor: KeyDocument): boolean =>
  (wanted.access_groups ?? []).every((id) => grantor.access_groups?.includes(id) === true);

const addressOf = (range: string): string => range.split('/')[0] ?? '';

/** Throws `not_allowed` naming the field in which a key would have more than the key it is made with. */
export const refuseBeyondGrantor = (wanted: KeyDocument, grantor: KeyDocument): void => {
  for (const bound of ['models', 'routes', 'addresses', 'expires_at'] as const) {
    const held = grantor[bound];
    if (held === undefined || within[bound](wanted, grantor)) continue;
    const shown = typeof held === 'string' ? held : held.slice(0, 20).join(', ');
    throw new GatewayError(
      'not_allowed',
      `${bound}: a key cannot be given more than the key it is made with, which has ${shown}.`,
      { param: bound },
    );
  }
};
