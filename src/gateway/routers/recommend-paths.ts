import type { Incoming } from '../incoming.ts';

/** Whether routers may have the answer: others are asked when they have not. Told without loading them: every call passes here. */
export const isRecommendCall = ({ method, path, query }: Incoming): boolean =>
  path === '/v1/route'
    ? method === 'POST'
    : method === 'GET' &&
      (path.startsWith('/v1/decisions/') || (path === '/v1/decisions' && query.includes('router=')));
