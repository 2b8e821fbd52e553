import { type ObjectKind, objectKinds } from '../../src/core/access/object-kind.ts';
import { adminRoutes } from '../../src/gateway/admin/admin-api.ts';
import { doorPaths } from '../../src/gateway/doors/find-door.ts';
import { callers, type Role, strangers } from './callers.ts';
import { litellmProbes } from './litellm-probes.ts';
import { openrouterProbes } from './openrouter-probes.ts';
import { portkeyProbes } from './portkey-probes.ts';

/** Whose things are asked for. */
export type Owner = 'own' | 'other-team' | 'other-organisation';

/** A route as it is tried: who may, said here once more and not asked of the code under test. */
export interface Probe {
  readonly method: string;
  /** With `{…}` for what is filled in. */
  readonly path: string;
  readonly kind: 'admin' | 'door' | 'open' | 'self';
  readonly object?: ObjectKind;
  readonly operation?: 'list' | 'create' | 'item';
  readonly owners: readonly Owner[];
}

const kindOfPath = (path: string): ObjectKind | undefined =>
  objectKinds.find((kind) => path.split('/')[1] === (kind === 'access-group' ? 'access-groups' : `${kind}s`));

const adminProbes: readonly Probe[] = adminRoutes.map(({ method, path }) => {
  const object = kindOfPath(path);
  if (object === undefined) throw new Error(`The route ${path} is of no kind this proof knows. Add it here.`);
  return {
    method,
    path: `/admin/v1${path}`,
    kind: 'admin',
    object,
    operation: path.includes('{id}') ? 'item' : method === 'GET' ? 'list' : 'create',
    // A list of organisations is narrowed to those the caller may see.
    owners: object === 'organisation' && !path.includes('{id}') ? ['own'] : ['own', 'other-team', 'other-organisation'],
  };
});

const post = new Set(['POST']);
const get = new Set(['GET']);
const isList = (path: string): boolean => /^\/v1(?:beta)?\/models$|^\/api\/tags$/.test(path);

const doorProbes: readonly Probe[] = doorPaths.map((path) => ({
  method: [...(isList(path) ? get : post)][0] ?? 'POST',
  path: path.replace('/…', '/chat/completions'),
  kind: 'door',
  owners: ['own'],
}));

const more = (method: string, path: string, kind: Probe['kind']): Probe => ({ method, path, kind, owners: ['own'] });

/** Every route there is. What answers and does not stand here is unlisted. */
export const probes: readonly Probe[] = [
  ...adminProbes,
  ...doorProbes,
  more('GET', '/v1/models/{model}', 'door'),
  more('GET', '/v1beta/models/{model}', 'door'),
  more('POST', '/api/show', 'door'),
  more('GET', '/api/ps', 'door'),
  more('GET', '/api/version', 'door'),
  more('POST', '/v2/modelRouter/modelSelect', 'door'),
  more('POST', '/v2/pzn/trainCustomRouter', 'door'),
  more('GET', '/v2/pzn/trainCustomRouter/{id}', 'door'),
  more('POST', '/v2/preferences/userPreferenceCreate', 'door'),
  more('PUT', '/v2/preferences/userPreferenceUpdate', 'door'),
  more('DELETE', '/v2/preferences/userPreferenceDelete/{id}', 'door'),
  more('POST', '/v2/report/metrics/feedback', 'door'),
  more('POST', '/v2/report/metrics/latency', 'door'),
  more('GET', '/v2/models', 'door'),
  more('GET', '/admin/v1/keys/self', 'self'),
  more('GET', '/admin/v1', 'open'),
  more('GET', '/admin/v1/openapi.json', 'open'),
  more('GET', '/', 'open'),
  more('GET', '/api/hello', 'open'),
  more('GET', '/livez', 'open'),
  more('GET', '/healthz', 'open'),
  more('GET', '/readyz', 'open'),
  more('GET', '/metrics', 'open'),
];

/** Whether a 2xx is right. Where it is not, one is a hole. */
export const mayPass = (probe: Probe, role: Role, owner: Owner): boolean => {
  if (probe.kind === 'open') return true;
  if (strangers.has(role)) return false;
  if (probe.kind === 'self') return true;
  // A narrow key has the route of the model lists only.
  if (probe.kind === 'door') return role === 'narrow' ? isModelList(probe) : callers.has(role) || role === 'master';
  return role === 'master' || (!callers.has(role) && adminMayPass(probe, role, owner));
};

const isModelList = ({ method, path }: Probe): boolean => method === 'GET' || path === '/api/show';

const adminMayPass = ({ method, object, operation }: Probe, role: Role, owner: Owner): boolean => {
  if (owner === 'other-organisation') return false;
  if (method !== 'GET' && role.endsWith('-read')) return false;
  // Where calls go is the master key's to say.
  const masters = object === 'organisation' || object === 'deployment';
  if (role.startsWith('organisation-')) return method === 'GET' || !masters;
  if (object === 'key' || object === 'project') return owner === 'own' || operation === 'list';
  if (method !== 'GET') return false;
  if (object === 'team') return owner === 'own' || operation === 'list';
  return object === 'budget' || object === 'access-group' || object === 'config' || object === 'preset';
};

/** Whether a path that answered is one of those above, however a client spells it. */
export const isListed = (path: string): boolean => {
  const plain = path.replace(/^\/cursor(?=\/)/, '').replace(/^\/(?:api(?=\/v1)|openai(?=\/)|anthropic(?=\/v1))/, '');
  return [path, plain, `/v1${plain}`].some((one) => patterns.some((pattern) => pattern.test(one)));
};

const patterns = [...probes, ...litellmProbes, ...openrouterProbes, ...portkeyProbes].map(
  ({ path }) => new RegExp(`^${path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '.+')}$`),
);

/** What other gateways and servers have: none of it may answer here unless it is listed. */
export const strangePaths: readonly string[] = [
  ...[
    '/admin',
    '/admin/',
    '/admin/v2/keys',
    '/admin/v1/secrets',
    '/admin/v1/config',
    '/admin/v1/credentials',
    '/admin/v1x',
  ],
  ...['/admin/v1/keys/x/reveal', '/admin/v1/keys/x/hash', '/admin/v1/../v1/keys', '/Admin/v1/keys'],
  ...['/key/generate', '/key/info', '/key/list', '/key/update', '/key/delete', '/team/new', '/team/info', '/team/list'],
  ...['/user/new', '/user/info', '/organization/new', '/customer/new', '/budget/new', '/tag/new', '/spend/logs'],
  ...['/global/spend', '/model/new', '/model/info', '/v1/model/info', '/health', '/config/update', '/config/yaml'],
  ...[
    '/api/v1/key',
    '/api/v1/keys',
    '/api/v1/credits',
    '/api/v1/generation',
    '/api/v1/activity',
    '/v1/files',
    '/v1/batches',
  ],
  ...[
    '/v1/responses/resp_1',
    '/v1/responses/resp_1/cancel',
    '/v1/responses/resp_1/input_items',
    '/admin/v1/hooks/payments',
    '/v1/fine_tuning/jobs',
    '/v1/assistants',
    '/v1/threads',
    '/v1/vector_stores',
    '/v1/images',
  ],
  ...['/debug', '/debug/vars', '/debug/pprof', '/env', '/.env', '/.git/config', '/server-status', '/actuator', '/docs'],
  ...[
    '/openapi.json',
    '/swagger',
    '/graphql',
    '/login',
    '/sso/callback',
    '/ui',
    '/console',
    '/status',
    '/stats',
    '/info',
  ],
  ...[
    '/metrics/',
    '/livez/x',
    '/readyz/../metrics',
    '/%61dmin/v1/keys',
    '/v1/%2e%2e/admin/v1/keys',
    '/v1/keys',
    '/keys',
  ],
  ...['/api/pull', '/api/push', '/api/create', '/api/copy', '/api/delete', '/api/blobs/x', '/proxy', '/fetch', '/mcp'],
];
