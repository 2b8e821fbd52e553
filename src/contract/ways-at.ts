import type { ProviderEntry, ServedBy } from '../core/catalog/provider.ts';

/**
 * The ways of an entry at another address. An address with a path has a part of the ways' own paths in it, or stands for it: of Z.AI's
 * `/api/paas/v4/chat/completions`, both `https://host/api/paas/v4` and `https://host/other/v4` leave `/chat/completions`. Ways that stand
 * elsewhere at the provider are left out then, since nothing says where they are at the new address.
 */
export const waysAt = (baseUrl: string, serves: ProviderEntry['serves']): ProviderEntry['serves'] => {
  const path = baseUrl.replace(/^[a-z]+:\/\/[^/]*/i, '');
  if (path === '') return serves;
  return Object.fromEntries(Object.entries(serves).map(([operation, ways]) => [operation, under(path, ways)]));
};

const under = (path: string, ways: readonly ServedBy[]): readonly ServedBy[] => {
  const inside = ways.filter((way) => way.path.startsWith(`${path}/`));
  if (inside.length > 0) return inside.map((way) => withoutStart(way, path));
  const [first] = ways;
  if (first === undefined || !/\/v\d+(?:alpha|beta)?$/.test(path)) return ways;
  const start = startOf(first);
  return ways.filter((way) => startOf(way) === start).map((way) => withoutStart(way, start));
};

const tails =
  /\/(?:chat\/completions|completions|chat|responses|messages|embeddings|embed|rerank|moderations)(?:\/[a-z_]+)?$|\/models\/.*$/;

/** What stands before the format's own path: `/api/paas/v4`. */
const startOf = ({ path }: ServedBy): string => path.replace(tails, '');

const withoutStart = (way: ServedBy, start: string): ServedBy => {
  if (start === '') return way;
  const path = way.path.slice(start.length);
  return way.streamPath === undefined
    ? { ...way, path }
    : { ...way, path, streamPath: way.streamPath.slice(start.length) };
};
