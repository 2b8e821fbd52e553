import { isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { invalid } from '../../../admin/invalid-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { sha256Of } from '../../sha256.ts';
import { keyInput, keyView } from '../fields/key-fields.ts';
import { creation, extrasOf, needed, neededList, textIn } from '../fields/object-fields.ts';
import { actingOf, cut, findKey, makeUser, pageAsked } from '../find-objects.ts';
import type { SkinCall, SkinRoute, SkinTools } from '../skin-route.ts';
import { placeOf, spentOf } from '../spent.ts';

/** A key as it is now, with what it has spent. */
export const shownKey = async (object: StoredObject<'key'>, tools: SkinTools): Promise<JsonObject> =>
  keyView(object, (await spentOf([object], tools)).get(placeOf(object)) ?? {});

export const shownKeys = async (
  objects: readonly StoredObject<'key'>[],
  tools: SkinTools,
): Promise<readonly JsonObject[]> => {
  const spent = await spentOf(objects, tools);
  return objects.map((object) => keyView(object, spent.get(placeOf(object)) ?? {}));
};

/** The secret a client brings, or a new one, with the hash LiteLLM's clients know it by. A brought one may be guessed by its hash, which is not kept. */
const secretOf = (brought: string | undefined, field: string, { mint }: SkinTools) => {
  if (brought !== undefined && !/^sk-[\x21-\x7e]{13,200}$/.test(brought))
    throw invalid(field, 'must begin with "sk-" and have 16 to 203 visible ASCII characters');
  const key = brought ?? mint.mint().key;
  const token = sha256Of(key);
  return { key, token, extras: { token: brought === undefined ? token : null } };
};

/** The user that a key is for. Whoever looks after a team makes no users. */
const makeOwner = async (call: SkinCall, tools: SkinTools): Promise<void> => {
  const id = textIn(call.body, 'user_id');
  if (id !== undefined && call.identity.grant?.of !== 'team') await makeUser(call, id, tools);
};

/** A key of which only the hash is known, as another installation kept it. */
const takeOver = async (call: SkinCall, token: string, tools: SkinTools): Promise<JsonObject> => {
  if (!/^[0-9a-f]{64}$/.test(token)) throw invalid('token', 'must be the SHA-256 of a key, as 64 hexadecimal digits');
  const extras = { token, created_by: call.identity.label };
  const input = creation(keyInput(call, { nowMs: tools.clock.wallMs(), extras }));
  await makeOwner(call, tools);
  const secret = { sha256: token, shown: textIn(call.body, 'key_name') ?? 'sk-...' };
  return keyView((await tools.administration.create(actingOf(call), 'key', { input, secret })).object, {});
};

export const generate = async (call: SkinCall, tools: SkinTools): Promise<JsonObject> => {
  const token = textIn(call.body, 'token');
  if (token !== undefined) return takeOver(call, token, tools);
  const secret = secretOf(textIn(call.body, 'key'), 'key', tools);
  const extras = { ...secret.extras, created_by: call.identity.label };
  const input = creation(keyInput(call, { nowMs: tools.clock.wallMs(), extras }));
  await makeOwner(call, tools);
  const made = await tools.administration.create(actingOf(call), 'key', { input, secret: { key: secret.key } });
  const view = keyView(made.object, {});
  return { ...view, key: secret.key, token: secret.token, token_id: secret.token };
};

export const updateKey = async (call: SkinCall, tools: SkinTools): Promise<JsonObject> => {
  const name = needed(call.body, 'key');
  const object = await findKey(call, name, tools);
  await makeOwner(call, tools);
  return { key: name, ...(await shownKey(await changed(call, object, tools), tools)) };
};

const changed = async (call: SkinCall, object: StoredObject<'key'>, tools: SkinTools, extras: JsonObject = {}) => {
  const input = keyInput(call, { former: object.data, nowMs: tools.clock.wallMs(), extras });
  const acting = { identity: call.identity, orgId: object.orgId };
  return tools.administration.update(acting, 'key', { id: object.id, input });
};

const switched =
  (blocked: boolean) =>
  async (call: SkinCall, tools: SkinTools): Promise<Json> => {
    const object = await findKey(call, needed(call.body, 'key'), tools);
    const acting = { identity: call.identity, orgId: object.orgId };
    const input = { blocked: blocked ? true : null };
    return shownKey(await tools.administration.update(acting, 'key', { id: object.id, input }), tools);
  };

const remove = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { keys, key_aliases: aliases } = call.body;
  const names = keys === undefined || keys === null ? [] : neededList(call.body, 'keys');
  const byAlias = aliases === undefined || aliases === null ? [] : neededList(call.body, 'key_aliases');
  if (names.length + byAlias.length === 0) throw invalid('keys', 'is missing; give keys, their hashes, or key_aliases');
  const found: { readonly name: string; readonly object: StoredObject<'key'> }[] = [];
  for (const name of names) found.push({ name, object: await findKey(call, name, tools) });
  for (const name of byAlias) found.push({ name, object: await keyOfAlias(call, name, tools) });
  for (const { object } of found)
    await tools.administration.remove({ identity: call.identity, orgId: object.orgId }, 'key', { id: object.id });
  return { deleted_keys: found.map(({ name }) => name) };
};

const keyOfAlias = async (call: SkinCall, alias: string, tools: SkinTools): Promise<StoredObject<'key'>> => {
  const { objects } = await tools.administration.list(actingOf(call), { kind: 'key', limit: 1, alias });
  const [object] = objects;
  if (object === undefined) throw invalid('key_aliases', `there is no key "${alias.slice(0, 200)}"`);
  return object;
};

const regenerate = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const { body } = call;
  const object = await findKey(call, call.named ?? needed(body, 'key'), tools);
  const secret = secretOf(textIn(body, 'new_key'), 'new_key', tools);
  const acting = { identity: call.identity, orgId: object.orgId };
  const grace = textIn(body, 'grace_period') ?? '0s';
  if (!/^(?:\d{1,2}d|\d{1,3}h|\d{1,4}m|\d{1,6}s|[1-4]w)$/.test(grace))
    throw invalid('grace_period', 'must be a time span such as "24h" or "7d", 99 days at most');
  // What is wrong in the body is found before the former key ends.
  const input = keyInput(call, { former: object.data, nowMs: tools.clock.wallMs(), extras: secret.extras });
  await tools.administration.rotate(acting, { id: object.id, grace, secret: { key: secret.key } });
  const after = await tools.administration.update(acting, 'key', { id: object.id, input });
  return { ...(await shownKey(after, tools)), key: secret.key, token: secret.token, token_id: secret.token };
};

const info = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const name = asked(call, 'key');
  const object = name === undefined ? await tools.administration.self(call.identity) : await findKey(call, name, tools);
  return { key: name ?? extrasOf(object.data)['token'] ?? object.id, info: await shownKey(object, tools) };
};

const infoOfMany = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const names = neededList(call.body, 'keys');
  const found: JsonObject[] = [];
  for (const name of names) found.push(await shownKey(await findKey(call, name, tools), tools));
  return { key: names, info: found };
};

/** Every key that the questions of a list leave. */
const listed = async (call: SkinCall, tools: SkinTools): Promise<readonly StoredObject<'key'>[]> => {
  const [user, team, project] = [asked(call, 'user_id'), asked(call, 'team_id'), asked(call, 'project_id')];
  const names = {
    ...(user === undefined ? {} : { user }),
    ...(team === undefined ? {} : { team }),
    ...(project === undefined ? {} : { project }),
  };
  const all = await everyObject(actingOf(call), 'key', { administration: tools.administration, names });
  const [alias, hash] = [asked(call, 'key_alias'), asked(call, 'key_hash')];
  const within = asked(call, 'substring_matching') === 'true';
  return all
    .filter((key) => alias === undefined || (within ? key.alias?.includes(alias) === true : key.alias === alias))
    .filter((key) => hash === undefined || key.id === hash || extrasOf(key.data)['token'] === hash)
    .toSorted((one, other) => other.createdMs - one.createdMs);
};

const list = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'size', usual: 10 });
  const { items, total, pages } = cut(await listed(call, tools), at);
  const whole = asked(call, 'return_full_object') === 'true';
  const keys = whole ? await shownKeys(items, tools) : items.map(({ id, data }) => extrasOf(data)['token'] ?? id);
  return { keys, total_count: total, current_page: at.page, total_pages: pages };
};

const aliases = async (call: SkinCall, tools: SkinTools): Promise<Json> => {
  const at = pageAsked(call, { size: 'size', usual: 50 });
  const search = asked(call, 'search');
  const names = (await listed(call, tools)).map(({ alias }) => alias).filter(isString);
  const fitting = names.filter((name) => search === undefined || name.includes(search)).toSorted();
  const { items, total, pages } = cut(fitting, at);
  return { aliases: items, total_count: total, current_page: at.page, total_pages: pages, size: at.size };
};

/** Whoever gets here has a key that works. */
const health = (): Promise<Json> => Promise.resolve({ key: 'healthy', logging_callbacks: null });

export const keyRoutes: readonly SkinRoute[] = [
  { method: 'POST', path: '/key/generate', who: 'admin', run: generate },
  { method: 'POST', path: '/key/service-account/generate', who: 'admin', run: generate },
  { method: 'POST', path: '/key/update', who: 'admin', run: updateKey },
  { method: 'POST', path: '/key/delete', who: 'admin', run: remove },
  { method: 'POST', path: '/key/block', who: 'admin', run: switched(true) },
  { method: 'POST', path: '/key/unblock', who: 'admin', run: switched(false) },
  { method: 'POST', path: '/key/regenerate', who: 'admin', run: regenerate },
  { method: 'POST', path: '/key/{key}/regenerate', who: 'admin', run: regenerate },
  { method: 'GET', path: '/key/info', who: 'key', run: info },
  { method: 'POST', path: '/v2/key/info', who: 'admin', run: infoOfMany },
  { method: 'GET', path: '/key/list', who: 'admin', run: list },
  { method: 'GET', path: '/key/aliases', who: 'admin', run: aliases },
  { method: 'POST', path: '/key/health', who: 'key', run: health },
];
