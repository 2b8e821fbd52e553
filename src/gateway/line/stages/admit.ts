import { inAnyRange } from '../../../core/access/address-range.ts';
import { aliasedModel, allowsModel, allowsRoute } from '../../../core/access/key-policy.ts';
import { type ErrorCode, GatewayError } from '../../../core/errors/gateway-error.ts';
import type { Operation } from '../../../core/ir/index.ts';
import type { ModelSettings } from '../../../core/policy/model-settings.ts';
import type { Identity } from '../../../ports/key-ring.ts';
import type { CompiledConfig } from '../../compiled-config.ts';
import type { Incoming } from '../../incoming.ts';
import type { Identified, Target } from '../records.ts';
import { type Asked, findOptionalTarget, findTarget } from './plan.ts';

/** Stage 3: what the head alone tells: whether this caller may come in here, from there. Throws `not_allowed`. */
export const admitHead = (identity: Identity, incoming: Incoming, operation: Operation | 'models'): void => {
  if (identity.role === 'admin')
    throw refused(`The key "${identity.label}" is for the admin API. Use a key for calls here.`);
  const { policy } = identity;
  if (policy === undefined) return;
  if (!allowsRoute(policy.routes, operation, incoming.path))
    throw refused(
      `The key "${identity.label}" may not call ${incoming.path.slice(0, 200)}. Allowed: ${(policy.routes ?? []).join(', ')}.`,
    );
  if (policy.addresses === undefined) return;
  const address = incoming.address();
  if (address === undefined || !inAnyRange(policy.addresses, address))
    throw refused(`The key "${identity.label}" may not be used from ${address ?? 'an unknown address'}.`);
};

type Admitted = Pick<Identified, 'identity' | 'config'>;

/** Stage 7: the target of a model that the caller may use, by the caller's own names first. Throws what `findTarget` throws and `not_allowed`. */
export const admittedTarget = (admitted: Admitted, asked: Asked): Target => {
  const { identity, config } = admitted;
  if (identity.policy === undefined) return findTarget(config, asked);
  const named = asNamed(admitted, asked);
  try {
    return allowed(admitted, named, findTarget(config, named));
  } catch (error) {
    throw hiding(admitted, named.model, error);
  }
};

/** The same, but undefined when the provider does not offer the operation. */
export const admittedOptionalTarget = (admitted: Admitted, asked: Asked): Target | undefined => {
  const { identity, config } = admitted;
  if (identity.policy === undefined) return findOptionalTarget(config, asked);
  const named = asNamed(admitted, asked);
  try {
    const target = findOptionalTarget(config, named);
    return target === undefined ? undefined : allowed(admitted, named, target);
  } catch (error) {
    throw hiding(admitted, named.model, error);
  }
};

const asNamed = ({ identity }: Admitted, asked: Asked): Asked => {
  const { policy } = identity;
  const model = aliasedModel(policy, asked.model);
  return policy?.models === undefined ? { ...asked, model } : { ...asked, model, shows: showsModel(identity) };
};

const nowhere: ReadonlySet<ErrorCode> = new Set([
  'model_not_found',
  'provider_not_configured',
  'unsupported_by_target',
]);

/** What a caller is told of a name that leads nowhere. Who may not use it does not learn whether it exists. */
export const hiding = ({ identity }: Pick<Admitted, 'identity'>, name: string, error: unknown): unknown => {
  const lists = identity.policy?.models;
  if (lists === undefined || !(error instanceof GatewayError) || !nowhere.has(error.code)) return error;
  return allowsModel(lists, [name]) ? error : mayNotUse(identity, name, lists);
};

const mayNotUse = ({ label }: Identity, name: string, lists: readonly (readonly string[])[]): GatewayError =>
  new GatewayError(
    'not_allowed',
    `The key "${label}" may not use the model "${name.slice(0, 200)}". Allowed: ${shown(lists)}.`,
    { param: 'model' },
  );

/** Whether a model stands in the lists a caller is shown. */
export const showsModel =
  ({ policy }: Identity) =>
  (name: string): boolean =>
    allowsModel(policy?.models, [name]);

/** A target that passes the caller's policy, with the key's own defaults in it. For every target that is tried. */
export const allowed = ({ identity, config }: Admitted, asked: Asked, target: Target): Target => {
  const { policy } = identity;
  if (policy === undefined) return target;
  const name = `${target.provider.entry.id}/${target.model}`;
  const lists = policy.models;
  if (
    lists !== undefined &&
    !allowsModel(lists, [asked.model, name]) &&
    !namedOtherwise(config, { asked, lists, name })
  )
    throw mayNotUse(identity, asked.model, lists);
  return policy.defaults === undefined || asked.operation !== 'chat' ? target : withDefaults(target, policy.defaults);
};

/** A list may hold another name of the very model: one that leads to the same target allows it. */
const namedOtherwise = (
  config: CompiledConfig,
  {
    asked,
    lists,
    name,
  }: { readonly asked: Asked; readonly lists: readonly (readonly string[])[]; readonly name: string },
): boolean =>
  lists.every(
    (patterns) =>
      allowsModel([patterns], [asked.model, name]) ||
      patterns.some((pattern) => !pattern.includes('*') && leadsTo(config, { ...asked, model: pattern }) === name),
  );

const leadsTo = (config: CompiledConfig, asked: Asked): string | undefined => {
  try {
    const target = findOptionalTarget(config, asked);
    return target === undefined ? undefined : `${target.provider.entry.id}/${target.model}`;
  } catch {
    // A name in a list may be of a model that is not there any more.
    return undefined;
  }
};

const shownNames = 20;

const shown = (lists: readonly (readonly string[])[]): string => {
  const [shortest = []] = lists.toSorted((one, other) => one.length - other.length);
  if (shortest.length === 0) return 'none';
  return `${shortest.slice(0, shownNames).join(', ')}${shortest.length > shownNames ? ', …' : ''}`;
};

/** The installation's own defaults for a model give way to the key's; what it forces stays. */
const withDefaults = (target: Target, defaults: ModelSettings['defaults']): Target => {
  const { settings } = target;
  return {
    ...target,
    settings: {
      models: settings?.models ?? [],
      defaults: { ...settings?.defaults, ...defaults },
      overrides: settings?.overrides ?? {},
      dropParams: settings?.dropParams ?? [],
    },
  };
};

const refused = (message: string): GatewayError => new GatewayError('not_allowed', message);
