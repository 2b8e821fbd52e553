import type { ObjectKind } from '../../src/core/access/object-kind.ts';
import { portkeyRoutes } from '../../src/gateway/skins/portkey/portkey-api.ts';
import type { OpenrouterProbe } from './openrouter-probes.ts';

type Row = readonly [OpenrouterProbe['who'], 'reads' | 'writes', OpenrouterProbe['body']?, ObjectKind?];

const tree = () => ({ name: 'tried', config: { provider: 'openai' } });
const virtualKey = () => ({ name: 'tried', provider: 'openai', key: 'sk-tried-0123456789' });
const renamed = () => ({ name: 'tried again' });

const rows: Readonly<Record<string, Row>> = {
  'GET /configs': ['team', 'reads'],
  'POST /configs': ['organisation', 'writes', tree],
  'GET /configs/{slug}': ['team', 'reads', undefined, 'config'],
  'PUT /configs/{slug}': ['organisation', 'writes', renamed, 'config'],
  'DELETE /configs/{slug}': ['organisation', 'writes', undefined, 'config'],
  'GET /configs/{slug}/versions': ['team', 'reads', undefined, 'config'],
  'GET /virtual-keys': ['organisation', 'reads'],
  'POST /virtual-keys': ['organisation', 'writes', virtualKey],
  'GET /virtual-keys/{slug}': ['organisation', 'reads', undefined, 'credential'],
  'PUT /virtual-keys/{slug}': ['organisation', 'writes', renamed, 'credential'],
  'DELETE /virtual-keys/{slug}': ['organisation', 'writes', undefined, 'credential'],
};

const probeOf = (method: string, path: string, [who, does, body, object]: Row): OpenrouterProbe => ({
  ...{ method, path: `/v1${path}`, kind: 'openrouter', who, writes: does === 'writes' },
  owners: object === undefined && body === undefined ? ['own'] : ['own', 'other-team'],
  ...(body === undefined ? {} : { body }),
  ...(object === undefined ? {} : { object }),
});

/** Routes in Portkey's manners, and those of decisions: like OpenRouter's they act in the caller's own organisation, whatever is named. */
export const portkeyProbes: readonly OpenrouterProbe[] = [
  ...portkeyRoutes.map(({ method, path }) => {
    const row = rows[`${method} ${path}`];
    if (row === undefined) throw new Error(`The route ${method} ${path} is none this proof knows. Add it here.`);
    return probeOf(method, path, row);
  }),
  probeOf('GET', '/decisions', ['key', 'reads']),
  probeOf('GET', '/decisions/{id}', ['key', 'reads']),
  probeOf('GET', '/decisions/{id}/replay', ['key', 'reads']),
];
