import type { ObjectKind } from '../../src/core/access/object-kind.ts';
import { faceRoutes } from '../../src/gateway/skins/openrouter/api/face-routes.ts';
import { callers, type Role, strangers } from './callers.ts';
import { teamOf } from './organisations.ts';
import type { Owner } from './probes.ts';

/** Who may, said here once more: `key` any key that works, `team` also a team's admin for what is the team's, `organisation` no lesser admin. */
type Who = 'key' | 'team' | 'organisation';

/** A route in OpenRouter's manners as it is tried. It acts in the caller's own organisation, whatever is named. */
export interface OpenrouterProbe {
  readonly method: string;
  /** With `{…}` for what is filled in. */
  readonly path: string;
  readonly kind: 'openrouter';
  readonly who: Who;
  readonly writes: boolean;
  /** What is made anew for each try. */
  readonly object?: ObjectKind;
  readonly owners: readonly Owner[];
  readonly body?: (owner: Owner) => object;
}

type Row = readonly [Who, 'reads' | 'writes', OpenrouterProbe['body']?, ObjectKind?];

const preset = () => ({ model: 'openai/gpt-4o' });

const rows: Readonly<Record<string, Row>> = {
  'GET /models': ['key', 'reads'],
  'GET /models/count': ['key', 'reads'],
  'GET /models/user': ['key', 'reads'],
  'GET /models/{model...}/endpoints': ['key', 'reads'],
  'GET /model/{model...}': ['key', 'reads'],
  'GET /embeddings/models': ['key', 'reads'],
  'GET /endpoints/zdr': ['key', 'reads'],
  'GET /providers': ['key', 'reads'],
  'GET /key': ['key', 'reads'],
  'GET /auth/key': ['key', 'reads'],
  'GET /generation': ['key', 'reads'],
  'GET /keys': ['team', 'reads'],
  'POST /keys': ['team', 'writes', (owner) => ({ name: 'tried', workspace_id: teamOf(owner) })],
  'GET /keys/{hash}': ['team', 'reads', undefined, 'key'],
  'PATCH /keys/{hash}': ['team', 'writes', () => ({ name: 'tried' }), 'key'],
  'DELETE /keys/{hash}': ['team', 'writes', undefined, 'key'],
  'GET /credits': ['organisation', 'reads'],
  'GET /activity': ['organisation', 'reads'],
  'GET /presets': ['team', 'reads'],
  'GET /presets/{slug}': ['team', 'reads', undefined, 'preset'],
  'GET /presets/{slug}/versions': ['team', 'reads', undefined, 'preset'],
  'GET /presets/{slug}/versions/{version}': ['team', 'reads', undefined, 'preset'],
  'POST /presets/{slug}/chat/completions': ['organisation', 'writes', preset, 'preset'],
  'POST /presets/{slug}/messages': ['organisation', 'writes', preset, 'preset'],
  'POST /presets/{slug}/responses': ['organisation', 'writes', preset, 'preset'],
};

export const openrouterProbes: readonly OpenrouterProbe[] = faceRoutes.map(({ method, path }): OpenrouterProbe => {
  const row = rows[`${method} ${path}`];
  if (row === undefined) throw new Error(`The route ${method} ${path} is none this proof knows. Add it here.`);
  const [who, does, body, object] = row;
  // A try at another organisation's thing looks for its name in the caller's own.
  const owners: readonly Owner[] = object === undefined && body === undefined ? ['own'] : ['own', 'other-team'];
  return {
    ...{ method, path: `/api/v1${path}`, kind: 'openrouter', who, writes: does === 'writes', owners },
    ...(body === undefined ? {} : { body }),
    ...(object === undefined ? {} : { object }),
  };
});

/** Whether a 2xx is right. */
export const mayPassOpenrouter = (probe: OpenrouterProbe, role: Role, owner: Owner): boolean => {
  if (strangers.has(role)) return false;
  if (role === 'master' || probe.who === 'key') return true;
  if (callers.has(role) || (probe.writes && role.endsWith('-read'))) return false;
  if (role.startsWith('organisation-')) return true;
  if (probe.who !== 'team') return false;
  // Presets and configs are the organisation's, and its teams may read them.
  return (
    owner === 'own' ||
    probe.object === 'preset' ||
    probe.object === 'config' ||
    (probe.object === undefined && !probe.writes)
  );
};
