import type { ActiveProvider } from '../../../core/catalog/active-provider.ts';
import { GatewayError, unsupportedByTarget } from '../../../core/errors/gateway-error.ts';
import type { ChatRequest } from '../../../core/ir/index.ts';
import {
  type HeldReference,
  heldReferences,
  heldStateIn,
  heldStateNotFound,
  heldStateRefused,
} from '../../../core/policy/held-state.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { Resource, ResourcePlace, Resources } from '../../../ports/resources.ts';
import type { Decoded, LineTools, Target } from '../records.ts';

/** Where a request must go, since what it names is kept there. */
export interface HeldPin {
  readonly field: string;
  readonly place: ResourcePlace;
}

/** To whom belongs what a caller makes: to the project of its key, or to the key alone. */
export const ownerOf = ({ scopes, keyId }: Identity): string =>
  scopes.find((scope) => scope.startsWith('project:')) ?? (keyId === undefined ? 'master' : `key:${keyId}`);

/** What of a provider's accounts a call uses. */
export const credentialOf = ({ keyOwner }: ActiveProvider): string => keyOwner ?? '';

/**
 * Finds out where a request's references lead. Undefined when it has none. Throws `held_state_refused` for what cannot be followed, and rejects with
 * `held_state_not_found` for what is not the caller's, in the same words as for what never was.
 */
export const heldPin = (
  request: ChatRequest,
  identity: Identity,
  { resources }: Pick<LineTools, 'resources'>,
): Promise<HeldPin> | undefined => {
  const first = heldStateIn(request);
  if (first === undefined) return undefined;
  const found = heldReferences(request);
  if ('refused' in found) throw heldStateRefused(found.refused);
  if (resources === undefined) throw heldStateRefused(first);
  return placesOf(found.references, identity, resources);
};

const placesOf = async (
  references: readonly HeldReference[],
  identity: Identity,
  resources: Resources,
): Promise<HeldPin> => {
  const known = await resources.find(identity.orgId, references.map(resourceOf));
  let pin: HeldPin | undefined;
  for (const reference of references) {
    const place = known.get(reference.id);
    if (place === undefined || place.owner !== ownerOf(identity)) throw heldStateNotFound(reference);
    if (pin !== undefined && (pin.place.provider !== place.provider || pin.place.credential !== place.credential))
      throw new GatewayError(
        'held_state_refused',
        `${reference.field} names something that ${place.provider} holds, and another reference something of ${pin.place.provider}: no provider has both. Send the content itself.`,
        { param: reference.field },
      );
    pin = { field: reference.field, place };
  }
  if (pin === undefined) throw new Error('A request without references was looked up.');
  return pin;
};

const resourceOf = ({ field, id }: HeldReference): Resource => ({
  kind: field === 'item_reference' ? 'item' : 'response',
  id,
});

/** An answer that is made while nobody listens tells its counts to whoever asks for it later, if anybody does: it could not be charged. */
export const refuseBackground = ({ body, door }: Decoded, { money }: Pick<LineTools, 'money'>): void => {
  if (money !== undefined && door.request === 'openai-responses' && body['background'] === true)
    throw unsupportedByTarget(
      'background',
      'what is made while nobody listens cannot be charged. Leave it out, and stream what takes long.',
    );
};

/** Throws `unsupported_by_target` unless the target is where everything is kept that the request names. */
export const refuseElsewhere = ({ field, place }: HeldPin, { provider, served }: Target): void => {
  const isThere =
    provider.entry.id === place.provider &&
    credentialOf(provider) === place.credential &&
    served.dialect === 'openai-responses';
  if (!isThere)
    throw unsupportedByTarget(
      field,
      `names something that ${place.provider} holds, where this request does not go. Ask for a model of ${place.provider}, such as ${place.provider}/${place.model}, or send the content itself.`,
    );
};
