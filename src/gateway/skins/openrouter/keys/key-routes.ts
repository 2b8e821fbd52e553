import { isString, type Json, type JsonObject } from '../../../../core/json/json.ts';
import type { StoredObject } from '../../../../ports/admin-store.ts';
import type { Identity } from '../../../../ports/key-ring.ts';
import { everyObject } from '../../../admin/every-object.ts';
import { asked } from '../../../admin/request-parts.ts';
import { sha256Of } from '../../sha256.ts';
import { askedCount, type FaceCall, type FaceRoute, type FaceTools, type KeptTools } from '../api/face-route.ts';
import { keptTools } from '../api/kept-tools.ts';
import { keyByHash } from './find-key.ts';
import { changedKey, keyView, labelOf, newKey } from './key-fields.ts';
import { keySpend, limitView, usageView, type Windows, windowStarts } from './key-spend.ts';

const onPage = 100;

const shownKeys = async (
  objects: readonly StoredObject<'key'>[],
  { clock }: FaceTools,
  kept: KeptTools,
): Promise<readonly JsonObject[]> => {
  const [first] = objects;
  if (first === undefined) return [];
  const spent = await keySpend({ orgId: first.orgId, ids: objects.map(({ id }) => id), nowMs: clock.wallMs() }, kept);
  return objects.map((object) => ({
    ...keyView(object),
    ...limitView(object, kept),
    ...usageView(spent.get(object.id)),
  }));
};

const shownKey = async (object: StoredObject<'key'>, tools: FaceTools): Promise<JsonObject> =>
  (await shownKeys([object], tools, await keptTools(tools)))[0] ?? {};

/** Of 256 random bits, in the form this face's clients know keys by. */
const create = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration, mint } = await keptTools(tools);
  const key = `sk-or-v1-${sha256Of(mint.mint().key)}`;
  const input = { ...newKey(call.body, sha256Of(key)), ...teamOf(call) };
  const made = await administration.create({ identity: call.identity }, 'key', { input, secret: { key } });
  return { data: await shownKey(made.object, tools), key };
};

/** A workspace is a team here; the organisation itself is the one that every organisation has. */
const teamOf = ({ body, identity }: FaceCall): JsonObject => {
  const workspace = body['workspace_id'];
  const team = isString(workspace) && workspace !== identity.orgId ? workspace : identity.grant?.teamId;
  return team === undefined ? {} : { team_id: team };
};

/** Newest first, a hundred from `offset` on. */
const list = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const kept = await keptTools(tools);
  const offset = askedCount(call, 'offset') ?? 0;
  const all = asked(call, 'include_disabled') === 'true';
  const workspace = asked(call, 'workspace_id');
  const found = await everyObject({ identity: call.identity }, 'key', kept);
  const fitting = found
    .filter(({ data }) => all || data.blocked !== true)
    .filter((object) => workspace === undefined || keyView(object)['workspace_id'] === workspace)
    .toSorted((one, other) => other.createdMs - one.createdMs);
  return { data: await shownKeys(fitting.slice(offset, offset + onPage), tools, kept) };
};

const get = async (call: FaceCall, tools: FaceTools): Promise<Json> => ({
  data: await shownKey(await keyByHash(call, call.named[0] ?? '', tools), tools),
});

const update = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const { id, orgId, data } = await keyByHash(call, call.named[0] ?? '', tools);
  const input = changedKey(call.body, data);
  const acting = { identity: call.identity, orgId };
  return { data: await shownKey(await administration.update(acting, 'key', { id, input }), tools) };
};

const remove = async (call: FaceCall, tools: FaceTools): Promise<Json> => {
  const { administration } = await keptTools(tools);
  const { id, orgId } = await keyByHash(call, call.named[0] ?? '', tools);
  await administration.remove({ identity: call.identity, orgId }, 'key', { id });
  return { deleted: true };
};

/** The key that asks. The master key has no limit, and what it has spent is what the installation has. */
const self = async ({ identity }: FaceCall, tools: FaceTools): Promise<Json> => {
  const { keyId, orgId, label } = identity;
  const keeping = tools.kept();
  if (keyId === undefined || keeping === undefined) {
    const spend = keeping === undefined ? undefined : await masterSpend(identity, tools, await keeping);
    const limit = { limit: null, limit_remaining: null, limit_reset: null };
    return {
      data: { ...aboutKey(identity), label, expires_at: null, creator_user_id: null, ...limit, ...usageView(spend) },
    };
  }
  const kept = await keeping;
  const object = await kept.administration.self(identity);
  const spent = await keySpend({ orgId, ids: [keyId], nowMs: tools.clock.wallMs() }, kept);
  const { expires_at: expires = null, creator_user_id: creator = null } = keyView(object);
  return {
    data: {
      ...aboutKey(identity),
      label: labelOf(object.data),
      expires_at: expires,
      creator_user_id: creator,
      ...limitView(object, kept),
      ...usageView(spent.get(keyId)),
    },
  };
};

/** What all calls of the organisation came to. */
const masterSpend = async ({ orgId }: Identity, { clock }: FaceTools, { facts }: KeptTools): Promise<Windows> => {
  const starts = windowStarts(clock.wallMs());
  const scope = `organisation:${orgId}`;
  const since = async (fromMs: number): Promise<bigint> =>
    (await facts.sum({ filter: { orgId, fromMs }, by: [], limit: 1 }))[0]?.nanoUsd ?? 0n;
  const [all, day, week, month] = await Promise.all([
    facts.spend(orgId, [scope]),
    since(starts.day),
    since(starts.week),
    since(starts.month),
  ]);
  return { all: all.get(scope) ?? 0n, day, week, month };
};

const aboutKey = ({ role, orgId }: Identity): JsonObject => ({
  is_free_tier: false,
  is_management_key: role !== 'member',
  is_provisioning_key: role !== 'member',
  organization_id: orgId,
  workspace_id: orgId,
  allowed_data_regions: ['global'],
  free_model_daily_requests: { limit: 0, remaining: 0, used: 0 },
  rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
});

export const keyRoutes: readonly FaceRoute[] = [
  { method: 'GET', path: '/key', who: 'key', about: 'caller', run: self },
  { method: 'GET', path: '/auth/key', who: 'key', about: 'caller', run: self },
  { method: 'GET', path: '/keys', who: 'admin', run: list },
  { method: 'POST', path: '/keys', who: 'admin', status: 201, run: create },
  { method: 'GET', path: '/keys/{hash}', who: 'admin', run: get },
  { method: 'PATCH', path: '/keys/{hash}', who: 'admin', run: update },
  { method: 'DELETE', path: '/keys/{hash}', who: 'admin', run: remove },
];
