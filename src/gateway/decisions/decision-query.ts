import type { FactFilter, FactPlace } from '../../ports/fact-store.ts';
import { invalid } from '../admin/invalid-object.ts';

const mostOnPage = 200;
const usualOnPage = 50;

export interface DecisionQuery {
  readonly filter: Omit<FactFilter, 'orgId'>;
  readonly before?: FactPlace;
  readonly limit: number;
}

const names = ['route', 'key_id', 'provider', 'model', 'failed', 'from', 'to', 'limit', 'cursor'] as const;

/** Reads what a list is narrowed by. Throws a 400 that names the member. */
export const readDecisionQuery = (query: ReadonlyMap<string, string>): DecisionQuery => {
  for (const name of query.keys())
    if (!(names as readonly string[]).includes(name) && name !== 'organisation')
      throw invalid(name, `is not asked here; known: ${names.join(', ')}`);
  const [route, keyId, provider, model] = [
    query.get('route'),
    query.get('key_id'),
    query.get('provider'),
    query.get('model'),
  ];
  const failed = query.get('failed');
  if (failed !== undefined && failed !== 'true' && failed !== 'false') throw invalid('failed', 'must be true or false');
  const [fromMs, toMs] = [momentOf('from', query.get('from')), momentOf('to', query.get('to'))];
  const cursor = query.get('cursor');
  return {
    filter: {
      route: route ?? true,
      ...(keyId === undefined ? {} : { keyId }),
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      ...(failed === undefined ? {} : { failed: failed === 'true' }),
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
    },
    ...(cursor === undefined ? {} : { before: readPlace(cursor) }),
    limit: limitOf(query.get('limit')),
  };
};

const limitOf = (text = String(usualOnPage)): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > mostOnPage)
    throw invalid('limit', `must be a whole number from 1 to ${mostOnPage}`);
  return Number(text);
};

const momentOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid(name, 'must be a moment such as "2026-11-24T12:00:00Z"');
  return ms;
};

/** Where the next page begins, as one word. */
export const writePlace = ({ atMs, exchangeId }: FactPlace): string => `${atMs}~${exchangeId}`;

const readPlace = (cursor: string): FactPlace => {
  const [, atMs, exchangeId] = /^(\d{1,16})~([\w.-]{1,200})$/.exec(cursor) ?? [];
  if (atMs === undefined || exchangeId === undefined) throw invalid('cursor', 'must be the `next` of the page before');
  return { atMs: Number(atMs), exchangeId };
};
