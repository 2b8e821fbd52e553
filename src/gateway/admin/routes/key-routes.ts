import { isObject } from '../../../core/json/json.ts';
import type { AdminCall, AdminRoute } from '../admin-route.ts';
import { invalid } from '../invalid-object.ts';
import { shown } from './object-routes.ts';
import { objectView } from './object-view.ts';

const switchRoute = (verb: 'block' | 'unblock', summary: string): AdminRoute => ({
  method: 'POST',
  path: `/keys/{id}/${verb}`,
  summary,
  gives: 'key',
  run: async ({ acting, id, expectedRevision }, administration) =>
    shown(
      await administration.update(acting, 'key', {
        id,
        input: { blocked: verb === 'block' ? true : null },
        expectedRevision,
      }),
    ),
});

/** What only keys have. */
export const keyRoutes: readonly AdminRoute[] = [
  {
    method: 'POST',
    path: '/keys/{id}/rotate',
    summary: 'Give a key another secret. The former one goes on for the grace period.',
    takes: 'key rotation',
    gives: 'key',
    run: async ({ acting, id, body, expectedRevision }, administration) => {
      const { object, key } = await administration.rotate(acting, { id, grace: graceOf(body), expectedRevision });
      return { status: 200, body: objectView(object, key), revision: object.revision };
    },
  },
  switchRoute('block', 'Refuse every call of a key until it is unblocked.'),
  switchRoute('unblock', 'Let a blocked key call again.'),
];

/** Nobody notices a leaked key that goes on for a year. */
const longestGrace = /^(?:\d{1,2}d|\d{1,3}h|\d{1,4}m|\d{1,6}s|[1-4]w)$/;

const graceOf = (body: AdminCall['body']): string => {
  if (body === undefined) return '0s';
  if (!isObject(body)) throw invalid('', 'send an object such as {"grace": "24h"}');
  for (const name of Object.keys(body)) if (name !== 'grace') throw invalid(name, 'is not a known field; known: grace');
  const { grace = '0s' } = body;
  if (typeof grace !== 'string' || !longestGrace.test(grace))
    throw invalid('grace', 'must be a time span such as "24h" or "7d", 99 days at most');
  return grace;
};
