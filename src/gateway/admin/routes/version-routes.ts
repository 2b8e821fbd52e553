import { kindNames, objectKinds, versionedKinds } from '../../../core/access/object-kind.ts';
import type { Json, JsonObject } from '../../../core/json/json.ts';
import type { ObjectVersion } from '../../../ports/admin-store.ts';
import type { AdminCall, AdminRoute } from '../admin-route.ts';
import { invalid } from '../invalid-object.ts';

const mostOnPage = 200;
const usualOnPage = 50;

/** Former contents of the kinds whose versions are kept. */
export const versionRoutes: readonly AdminRoute[] = objectKinds
  .filter((kind) => versionedKinds.has(kind))
  .map(
    (kind): AdminRoute => ({
      method: 'GET',
      path: `/${kindNames[kind].plural}/{id}/versions`,
      summary: `What a ${kind} held at each revision, newest first.`,
      asks: {
        limit: `How many, up to ${mostOnPage}; ${usualOnPage} without it.`,
        cursor: 'The `next` of the page before.',
      },
      gives: 'version list',
      run: async ({ acting, id, query }, administration) => {
        const page = await administration.versions(acting, kind, { id, ...pageOf(query) });
        const data = page.versions.map(versionView) as Json;
        return {
          status: 200,
          body: { object: 'list', data, next: page.next === undefined ? null : String(page.next) },
        };
      },
    }),
  );

const versionView = ({ revision, alias, data, writtenMs }: ObjectVersion): JsonObject => ({
  object: 'version',
  revision,
  alias: alias ?? null,
  ...(data as unknown as JsonObject),
  created_at: new Date(writtenMs).toISOString(),
});

const pageOf = (query: AdminCall['query']): { readonly limit: number; readonly before?: number } => {
  const numbers = Object.fromEntries(
    (['limit', 'cursor'] as const).flatMap((name) => {
      const text = query.get(name);
      if (text === undefined) return [];
      if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid(name, 'must be a whole number above 0');
      return [[name, Number(text)] as const];
    }),
  );
  const { limit = usualOnPage, cursor } = numbers;
  if (limit > mostOnPage) throw invalid('limit', `must be a whole number from 1 to ${mostOnPage}`);
  return { limit, ...(cursor === undefined ? {} : { before: cursor }) };
};
