import { GatewayError } from '../../../core/errors/gateway-error.ts';
import type { StoredObject } from '../../../ports/admin-store.ts';
import type { Acting } from '../../admin/administration.ts';
import { objectOrNone } from '../../admin/every-object.ts';
import { invalid } from '../../admin/invalid-object.ts';
import { asked } from '../../admin/request-parts.ts';
import { extrasOf } from './fields/object-fields.ts';
import type { SkinCall, SkinTools } from './skin-route.ts';

export const actingOf = ({ identity, orgId }: SkinCall): Acting => ({ identity, orgId });

/** LiteLLM's clients name users of theirs before they make them. */
export const makeUser = async (call: SkinCall, id: string, { administration }: SkinTools): Promise<void> => {
  if ((await objectOrNone(actingOf(call), 'user', { id, administration })) !== undefined) return;
  await administration.create(actingOf(call), 'user', { input: { id, extras: { litellm: {} } } });
};

/** A key by the key itself, its SHA-256 or its id: what LiteLLM's clients call `key`, `token` or `key_hash`. */
export const findKey = async (call: SkinCall, name: string, tools: SkinTools): Promise<StoredObject<'key'>> => {
  const acting = actingOf(call);
  if (call.identity.role === 'member') return ownKey(call, name, tools);
  if (/^[0-9a-f]{64}$/i.test(name)) return tools.administration.findKey(acting, { sha256: name.toLowerCase() });
  const byId = name.startsWith('sk-')
    ? undefined
    : await objectOrNone(acting, 'key', { id: name, administration: tools.administration });
  return byId ?? tools.administration.findKey(acting, { key: name });
};

/** A key for calls may ask about itself only. */
const ownKey = async ({ identity }: SkinCall, name: string, tools: SkinTools): Promise<StoredObject<'key'>> => {
  const own = await tools.administration.self(identity);
  const names = [own.id, extrasOf(own.data)['token']];
  if (names.includes(name) || isSame(name, own.id, tools)) return own;
  throw new GatewayError('not_allowed', `The key "${identity.label}" may ask about itself only.`);
};

const isSame = (name: string, id: string, { keys }: SkinTools): boolean => {
  try {
    return keys.find(name)?.keyId === id;
  } catch {
    // A key that is blocked or has expired is another one: this one has just been let in.
    return false;
  }
};

export interface PageAsked {
  readonly page: number;
  readonly size: number;
}

/** `page` counts from 1. Lists by page number are cut out of the whole, which is bounded. */
export const pageAsked = (call: SkinCall, names: { readonly size: string; readonly usual: number }): PageAsked => ({
  page: wholeAsked(call, 'page', 1),
  size: Math.min(1000, wholeAsked(call, names.size, names.usual)),
});

export const wholeAsked = (call: SkinCall, name: string, usual: number): number => {
  const text = asked(call, name);
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid(name, 'must be a whole number, 1 or more');
  return Number(text);
};

export const cut = <Item>(items: readonly Item[], { page, size }: PageAsked) => ({
  items: items.slice((page - 1) * size, page * size),
  total: items.length,
  pages: Math.ceil(items.length / size),
});
