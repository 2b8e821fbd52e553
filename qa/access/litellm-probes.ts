import type { ObjectKind } from '../../src/core/access/object-kind.ts';
import { litellmRoutes } from '../../src/gateway/skins/litellm/litellm-routes.ts';
import { callers, type Role, strangers } from './callers.ts';
import { organisationOf, teamOf } from './organisations.ts';
import type { Owner } from './probes.ts';

/** Who may, said here once more: `open` anyone, `key` any key that works, `team` also a team's admin for what is the team's, `organisation` no lesser admin, `master` the master key. */
type Who = 'open' | 'key' | 'team' | 'organisation' | 'master';

/** A route in LiteLLM's manners as it is tried. */
export interface LitellmProbe {
  readonly method: string;
  readonly path: string;
  readonly kind: 'litellm';
  readonly who: Who;
  readonly writes: boolean;
  /** What is made anew for each try. */
  readonly object?: ObjectKind;
  readonly owners: readonly Owner[];
  /** What is asked and sent; `id` is of the object that was made. */
  readonly send: (id: string, owner: Owner) => { readonly query?: string; readonly body?: object };
}

type Row = readonly [Who, 'reads' | 'writes', LitellmProbe['send'], ObjectKind?];

let count = 0;
const made = (): string => {
  count += 1;
  return `made-there-${count}`;
};
const plain: LitellmProbe['send'] = () => ({});
const one =
  (name: string): LitellmProbe['send'] =>
  (id) => ({ body: { [name]: id } });
const many =
  (name: string): LitellmProbe['send'] =>
  (id) => ({ body: { [name]: [id] } });
const asks =
  (name: string): LitellmProbe['send'] =>
  (id) => ({ query: `${name}=${encodeURIComponent(id)}` });

const newKey: LitellmProbe['send'] = (_, owner) => ({ body: { team_id: teamOf(owner) } });
const ofCustomer = (base: string): Readonly<Record<string, Row>> => ({
  [`POST ${base}/new`]: ['organisation', 'writes', () => ({ body: { user_id: made() } })],
  [`POST ${base}/update`]: ['organisation', 'writes', one('user_id'), 'customer'],
  [`POST ${base}/delete`]: ['organisation', 'writes', many('user_ids'), 'customer'],
  [`POST ${base}/block`]: ['organisation', 'writes', many('user_ids'), 'customer'],
  [`POST ${base}/unblock`]: ['organisation', 'writes', many('user_ids'), 'customer'],
  [`GET ${base}/info`]: ['organisation', 'reads', asks('end_user_id'), 'customer'],
  [`GET ${base}/list`]: ['organisation', 'reads', plain],
});

const ofModels: LitellmProbe['send'] = (id) => ({ body: { team_id: id, models: ['openai/gpt-4o'] } });
const member = (id: string) => ({ body: { team_id: id, member: { user_id: 'somebody', role: 'user' } } });

const rows: Readonly<Record<string, Row>> = {
  'POST /key/generate': ['team', 'writes', newKey],
  'POST /key/service-account/generate': ['team', 'writes', newKey],
  'POST /key/update': ['team', 'writes', (id) => ({ body: { key: id, metadata: { tried: true } } }), 'key'],
  'POST /key/delete': ['team', 'writes', many('keys'), 'key'],
  'POST /key/block': ['team', 'writes', one('key'), 'key'],
  'POST /key/unblock': ['team', 'writes', one('key'), 'key'],
  'POST /key/regenerate': ['team', 'writes', one('key'), 'key'],
  'POST /key/{key}/regenerate': ['team', 'writes', () => ({ body: {} }), 'key'],
  'GET /key/info': ['team', 'reads', asks('key'), 'key'],
  'POST /v2/key/info': ['team', 'reads', many('keys'), 'key'],
  'GET /key/list': ['team', 'reads', plain],
  'GET /key/aliases': ['team', 'reads', plain],
  'POST /key/health': ['key', 'reads', () => ({ body: {} })],
  'POST /team/new': ['organisation', 'writes', () => ({ body: { team_id: made() } })],
  'POST /team/update': ['organisation', 'writes', one('team_id'), 'team'],
  'POST /team/delete': ['organisation', 'writes', many('team_ids'), 'team'],
  'POST /team/block': ['organisation', 'writes', one('team_id'), 'team'],
  'POST /team/unblock': ['organisation', 'writes', one('team_id'), 'team'],
  'POST /team/member_add': ['organisation', 'writes', member, 'team'],
  'POST /team/member_delete': ['organisation', 'writes', (id) => ({ body: { team_id: id, user_id: 'x' } }), 'team'],
  'POST /team/bulk_member_add': [
    'organisation',
    'writes',
    (id) => ({ body: { team_id: id, members: [{ user_id: 'somebody', role: 'user' }] } }),
    'team',
  ],
  'POST /team/member_update': ['organisation', 'writes', (id) => ({ body: { team_id: id, user_id: 'x' } }), 'team'],
  'POST /team/model/add': ['organisation', 'writes', ofModels, 'team'],
  'POST /team/model/delete': ['organisation', 'writes', ofModels, 'team'],
  'POST /team/permissions_update': ['organisation', 'writes', one('team_id'), 'team'],
  'PATCH /team/{id}': ['organisation', 'writes', () => ({ body: { metadata: { tried: true } } }), 'team'],
  'GET /team/{id}/members/me': ['organisation', 'reads', plain, 'team'],
  'GET /team/permissions_list': ['team', 'reads', asks('team_id'), 'team'],
  'GET /team/available': ['team', 'reads', plain],
  'GET /v2/team/list': ['team', 'reads', plain],
  'POST /key/bulk_update': [
    'team',
    'writes',
    (id) => ({ body: { keys: [{ key: id, metadata: { tried: true } }] } }),
    'key',
  ],
  'POST /user/bulk_update': ['organisation', 'writes', (id) => ({ body: { users: [{ user_id: id }] } }), 'user'],
  'GET /v2/user/info': ['organisation', 'reads', asks('user_id'), 'user'],
  'POST /project/new': ['team', 'writes', (_, owner) => ({ body: { project_id: made(), team_id: teamOf(owner) } })],
  'POST /project/update': ['team', 'writes', one('project_id'), 'project'],
  'DELETE /project/delete': ['team', 'writes', many('project_ids'), 'project'],
  'GET /project/info': ['team', 'reads', asks('project_id'), 'project'],
  'GET /project/list': ['team', 'reads', plain],
  'GET /team/info': ['team', 'reads', asks('team_id'), 'team'],
  'GET /team/list': ['team', 'reads', plain],
  'POST /user/new': ['organisation', 'writes', () => ({ body: { user_id: made() } })],
  'POST /user/update': ['organisation', 'writes', one('user_id'), 'user'],
  'POST /user/delete': ['organisation', 'writes', many('user_ids'), 'user'],
  'GET /user/info': ['organisation', 'reads', asks('user_id'), 'user'],
  'GET /user/list': ['organisation', 'reads', plain],
  'GET /user/daily/activity': ['team', 'reads', plain],
  'GET /team/daily/activity': ['team', 'reads', plain],
  'GET /user/daily/activity/aggregated': ['team', 'reads', plain],
  'GET /customer/daily/activity': ['team', 'reads', plain],
  'GET /end_user/daily/activity': ['team', 'reads', plain],
  'GET /organization/daily/activity': ['team', 'reads', plain],
  'GET /organization/info': ['organisation', 'reads', plain],
  'GET /organization/list': ['organisation', 'reads', plain],
  ...ofCustomer('/customer'),
  ...ofCustomer('/end_user'),
  'POST /budget/new': ['organisation', 'writes', () => ({ body: { budget_id: made() } })],
  'POST /budget/update': ['organisation', 'writes', one('budget_id'), 'budget'],
  'POST /budget/delete': ['organisation', 'writes', one('id'), 'budget'],
  'POST /budget/info': ['team', 'reads', many('budgets'), 'budget'],
  'GET /budget/list': ['team', 'reads', plain],
  'POST /tag/new': ['organisation', 'writes', () => ({ body: { name: made() } })],
  'POST /tag/update': ['organisation', 'writes', one('name'), 'tag'],
  'POST /tag/delete': ['organisation', 'writes', one('name'), 'tag'],
  'POST /tag/info': ['organisation', 'reads', many('names'), 'tag'],
  'GET /tag/list': ['organisation', 'reads', plain],
  'GET /spend/logs': ['team', 'reads', plain],
  'GET /spend/logs/v2': ['team', 'reads', plain],
  'GET /spend/keys': ['team', 'reads', plain],
  'GET /spend/users': ['organisation', 'reads', plain],
  'GET /spend/tags': ['organisation', 'reads', plain],
  'GET /global/spend': ['team', 'reads', plain],
  'GET /global/spend/keys': ['team', 'reads', plain],
  'GET /global/spend/models': ['team', 'reads', plain],
  'GET /global/spend/teams': ['team', 'reads', plain],
  'GET /global/spend/provider': ['team', 'reads', plain],
  'GET /global/spend/logs': ['team', 'reads', plain],
  'GET /global/spend/tags': ['organisation', 'reads', plain],
  'GET /global/spend/all_tag_names': ['organisation', 'reads', plain],
  'GET /global/spend/report': ['team', 'reads', plain],
  'GET /global/activity': ['team', 'reads', plain],
  'GET /global/activity/model': ['team', 'reads', plain],
  'GET /tag/distinct': ['organisation', 'reads', plain],
  'POST /cost/estimate': ['key', 'reads', () => ({ body: { model: 'openai/gpt-4o' } })],
  'POST /utils/token_counter': ['key', 'reads', () => ({ body: { model: 'openai/gpt-4o', prompt: 'hi' } })],
  'GET /utils/supported_openai_params': ['key', 'reads', () => ({ query: 'model=openai/gpt-4o' })],
  'GET /provider/budgets': ['master', 'reads', plain],
  'POST /model/new': [
    'master',
    'writes',
    () => ({ body: { model_name: made(), litellm_params: { model: 'openai/gpt-4o' } } }),
  ],
  'POST /model/update': ['master', 'writes', (id) => ({ body: { model_info: { id } } }), 'deployment'],
  'PATCH /model/{id}/update': ['master', 'writes', () => ({ body: {} }), 'deployment'],
  'POST /model/delete': ['master', 'writes', one('id'), 'deployment'],
  'POST /model/block': ['master', 'writes', one('model_id'), 'deployment'],
  'POST /model/unblock': ['master', 'writes', one('model_id'), 'deployment'],
  'GET /v2/model/info': ['key', 'reads', plain],
  'GET /credentials': ['organisation', 'reads', plain],
  'POST /credentials': [
    'organisation',
    'writes',
    () => ({ body: { credential_name: made(), credential_values: { api_key: 'sk-tried-0123456789' } } }),
  ],
  'GET /credentials/by_name/{name}': ['organisation', 'reads', plain, 'credential'],
  'PATCH /credentials/{name}': ['organisation', 'writes', () => ({ body: {} }), 'credential'],
  'DELETE /credentials/{name}': ['organisation', 'writes', plain, 'credential'],
  'GET /health/readiness/details': ['open', 'reads', plain],
  'POST /spend/calculate': ['key', 'reads', () => ({ body: { model: 'openai/gpt-4o', messages: [] } })],
  'GET /model/info': ['key', 'reads', plain],
  'GET /v1/model/info': ['key', 'reads', plain],
  'GET /model_group/info': ['key', 'reads', plain],
  'GET /health': ['key', 'reads', plain],
  'GET /health/liveliness': ['open', 'reads', plain],
  'GET /health/liveness': ['open', 'reads', plain],
  'GET /health/readiness': ['open', 'reads', plain],
};

/** Organisations are changed by the master key only, and are what the tries stand on: only their admins' hands are looked at. */
const ofOrganisations: Readonly<Record<string, LitellmProbe['send']>> = {
  'POST /organization/new': () => ({ body: { organization_id: made() } }),
  'PATCH /organization/update': (_, owner) => ({ body: { organization_id: organisationOf(owner) } }),
  'POST /organization/update': (_, owner) => ({ body: { organization_id: organisationOf(owner) } }),
  'DELETE /organization/delete': (_, owner) => ({ body: { organization_ids: [organisationOf(owner)] } }),
  'POST /organization/info': (_, owner) => ({ body: { organizations: [organisationOf(owner)] } }),
};

const every: readonly Owner[] = ['own', 'other-team', 'other-organisation'];

export const litellmProbes: readonly LitellmProbe[] = litellmRoutes.map(({ method, path }): LitellmProbe => {
  const route = `${method} ${path}`;
  const send = ofOrganisations[route];
  if (send !== undefined)
    return {
      ...{ method, path, send, kind: 'litellm', who: 'organisation', owners: ['own', 'other-organisation'] },
      writes: path !== '/organization/info',
    };
  const row = rows[route];
  if (row === undefined) throw new Error(`The route ${route} is none this proof knows. Add it here.`);
  const [who, does, sent, object] = row;
  // The own team is what the callers hang on.
  const owners = object === 'team' && does === 'writes' ? every.slice(1) : every;
  const common = { method, path, kind: 'litellm', who, writes: does === 'writes', owners, send: sent } as const;
  return object === undefined ? common : { ...common, object };
});

/** Whether a 2xx is right. */
export const mayPassLitellm = (probe: LitellmProbe, role: Role, owner: Owner): boolean => {
  if (probe.who === 'open') return true;
  if (strangers.has(role)) return false;
  if (role === 'master' || probe.who === 'key') return true;
  if (probe.who === 'master') return false;
  if (callers.has(role) || (probe.writes && role.endsWith('-read'))) return false;
  if (probe.path === '/organization/list') return role.startsWith('organisation-');
  if (owner === 'other-organisation') return false;
  if (role.startsWith('organisation-')) return !(probe.writes && probe.path.startsWith('/organization/'));
  // What is no single object is narrowed to the team.
  return probe.who === 'team' && (owner === 'own' || isNarrowed(probe));
};

const isNarrowed = ({ object, path }: LitellmProbe): boolean =>
  object === 'budget' ||
  (object === undefined && !path.startsWith('/key/') && path !== '/project/new') ||
  path === '/key/list' ||
  path === '/key/aliases';
