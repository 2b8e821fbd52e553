import { kindNames, type ObjectKind, objectKinds } from '../../../core/access/object-kind.ts';
import type { Json } from '../../../core/json/json.ts';
import type { ObjectQuery } from '../../../ports/admin-store.ts';
import type { AdminCall, AdminRoute } from '../admin-route.ts';
import { invalid } from '../invalid-object.ts';
import { objectView } from './object-view.ts';

const mostOnPage = 200;
const usualOnPage = 50;

/** Kinds that a list may be narrowed by, with the word in the query. */
const filters: Readonly<Partial<Record<ObjectKind, readonly ObjectKind[]>>> = {
  key: ['team', 'project', 'user', 'access-group', 'budget'],
  project: ['team', 'budget'],
  team: ['user', 'budget'],
  user: ['budget'],
  customer: ['budget'],
  tag: ['budget'],
};

const filterName = (kind: ObjectKind): string => `${kind.replace('-', '_')}_id`;

const aKind = (kind: ObjectKind): string => (/^[ao]/.test(kind) ? `an ${kind}` : `a ${kind}`);

const paging = {
  limit: `How many, up to ${mostOnPage}; ${usualOnPage} without it.`,
  cursor: 'The `next` of the page before.',
  alias: 'Only the one of this name.',
};

/** List, make, read, change and delete: the same for every kind. */
export const objectRoutes: readonly AdminRoute[] = objectKinds.flatMap((kind): readonly AdminRoute[] => {
  const { plural } = kindNames[kind];
  const asks = Object.fromEntries((filters[kind] ?? []).map((by) => [filterName(by), `Only those of this ${by}.`]));
  return [
    {
      method: 'GET',
      path: `/${plural}`,
      summary: `List ${plural}.`,
      asks: { ...paging, ...asks },
      gives: `${kind} list`,
      run: async ({ acting, query }, administration) => {
        const page = await administration.list(acting, queryOf(kind, query));
        const data = page.objects.map((object) => objectView(object)) as Json;
        return { status: 200, body: { object: 'list', data, next: page.next ?? null } };
      },
    },
    {
      method: 'POST',
      path: `/${plural}`,
      summary: `Make ${aKind(kind)}.${kind === 'key' ? ' Its secret is in this answer only.' : ''}`,
      takes: `${kind} creation`,
      gives: kind,
      run: async (call, administration) => {
        const { acting, body: input, idempotencyKey } = call;
        const { object, key, repeated } = await administration.create(acting, kind, { input, idempotencyKey });
        const location = `/admin/v1/${plural}/${encodeURIComponent(object.id)}`;
        return { status: 201, body: objectView(object, key), revision: object.revision, location, repeated };
      },
    },
    {
      method: 'GET',
      path: `/${plural}/{id}`,
      summary: `Read ${aKind(kind)}.`,
      gives: kind,
      run: async ({ acting, id }, administration) => shown(await administration.get(acting, kind, id)),
    },
    {
      method: 'PATCH',
      path: `/${plural}/{id}`,
      summary: `Change members of ${aKind(kind)}; \`null\` takes one away.`,
      takes: `${kind} change`,
      gives: kind,
      run: async ({ acting, id, body: input, expectedRevision }, administration) =>
        shown(await administration.update(acting, kind, { id, input, expectedRevision })),
    },
    {
      method: 'DELETE',
      path: `/${plural}/{id}`,
      summary:
        kind === 'key'
          ? 'Revoke a key: it stops to work at once.'
          : `Delete ${aKind(kind)}. Refused while others need it.`,
      run: async ({ acting, id, expectedRevision }, administration) => {
        await administration.remove(acting, kind, { id, expectedRevision });
        return { status: 204, body: undefined };
      },
    },
  ];
});

export const shown = (object: Parameters<typeof objectView>[0], key?: string) => ({
  status: 200,
  body: objectView(object, key),
  revision: object.revision,
});

const queryOf = <Kind extends ObjectKind>(kind: Kind, query: AdminCall['query']): ObjectQuery<Kind> => {
  const known = new Set(['organisation', ...Object.keys(paging), ...(filters[kind] ?? []).map(filterName)]);
  for (const name of query.keys())
    if (!known.has(name)) throw invalid(name, `is not asked here; known: ${[...known].join(', ')}`);
  const limit = query.get('limit') ?? String(usualOnPage);
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > mostOnPage)
    throw invalid('limit', `must be a whole number from 1 to ${mostOnPage}`);
  const names = (filters[kind] ?? []).flatMap((by) => {
    const id = query.get(filterName(by));
    return id === undefined ? [] : [[by, id] as const];
  });
  const [after, alias] = [query.get('cursor'), query.get('alias')];
  return {
    kind,
    limit: Number(limit),
    ...(after === undefined ? {} : { after }),
    ...(alias === undefined ? {} : { alias }),
    ...(names.length === 0 ? {} : { names: Object.fromEntries(names) }),
  };
};
