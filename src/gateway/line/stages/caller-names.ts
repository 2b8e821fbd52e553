import { applyEdits, type Edit } from '../../../core/json/edit.ts';
import { isArray, isObject, isString, type Json, type JsonObject } from '../../../core/json/json.ts';
import { patchJson } from '../../../core/json/span-patch.ts';
import type { CallerNames } from '../../../ports/key-ring.ts';
import type { Incoming } from '../../incoming.ts';
import type { ReadBody } from './read-body.ts';

const customerHeaders = ['x-sluice-customer', 'x-litellm-customer-id', 'x-litellm-end-user-id'] as const;
const tagHeaders = ['x-sluice-tags', 'x-litellm-tags'] as const;

const longestCustomer = 256;
const longestTag = 128;
const mostTags = 32;

/**
 * The caller's own end user and the tags of a call: from headers, else from where each format has them. `user` is one that a header of metadata names.
 * Undefined when neither is named.
 */
export const callerNames = (
  incoming: Incoming,
  body: JsonObject,
  user: string | undefined,
): CallerNames | undefined => {
  const { metadata } = body;
  const members = isObject(metadata) ? metadata : undefined;
  const customer = headerOf(incoming, customerHeaders) ?? user ?? customerIn(body, members);
  const tags = tagsOf(headerOf(incoming, tagHeaders), [body['tags'], members?.['tags']]);
  if (customer === undefined && tags.length === 0) return undefined;
  return {
    ...(customer === undefined ? {} : { customer: customer.slice(0, longestCustomer) }),
    ...(tags.length === 0 ? {} : { tags }),
  };
};

const headerOf = (incoming: Incoming, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = incoming.header(name)?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
};

const customerIn = ({ user }: JsonObject, metadata: JsonObject | undefined): string | undefined => {
  if (isString(user) && user !== '') return user;
  const id = metadata?.['user_id'];
  return isString(id) && id !== '' ? withoutSession(id) : undefined;
};

/** An agent's `user_…_account_…_session_…` names a new session each day; the user is the part before it. */
const withoutSession = (id: string): string => {
  const session = id.indexOf('_session_');
  return session > 0 && id.startsWith('user_') ? id.slice(0, session) : id;
};

const tagsOf = (header: string | undefined, lists: readonly (Json | undefined)[]): readonly string[] => {
  if (header === undefined && lists.every((list) => list === undefined)) return none;
  const inBody = lists.flatMap((list) => (list !== undefined && isArray(list) ? list.filter(isString) : none));
  const all = [...(header?.split(',') ?? []), ...inBody].map((tag) => tag.trim().slice(0, longestTag));
  return [...new Set(all)].filter((tag) => tag !== '').slice(0, mostTags);
};

const none: readonly string[] = [];

/** `metadata.tags` as a list is the gateway's: providers take text only there, and refuse the call. */
export const withoutTags = (read: ReadBody): ReadBody => {
  const { metadata } = read.body;
  if (!isObject(metadata) || !isArray(metadata['tags'])) return read;
  const path = Object.keys(metadata).length === 1 ? ['metadata'] : ['metadata', 'tags'];
  const edits: readonly Edit[] = [{ op: 'remove', path }];
  return { ...read, bytes: patchJson(read.bytes, edits), body: applyEdits(read.body, edits) };
};
