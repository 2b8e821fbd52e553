/** First parts of paths that belong to LiteLLM's management whole. */
const areas: ReadonlySet<string> = new Set([
  'key',
  'team',
  'user',
  'organization',
  'customer',
  'end_user',
  'budget',
  'tag',
  'project',
  'cost',
  'utils',
  'credentials',
  'spend',
  'global',
  'health',
]);

const single: ReadonlySet<string> = new Set([
  '/model/info',
  '/v1/model/info',
  '/model/new',
  '/model/update',
  '/model/delete',
  '/model/block',
  '/model/unblock',
  '/model_group/info',
  '/v2/key/info',
  '/v2/user/info',
  '/v2/team/list',
  '/v2/model/info',
  '/provider/budgets',
  '/credentials',
  '/health',
]);

/** `/model/` is no area: behind it stand the doors of Bedrock's clients too. */
const deployment = /^\/model\/[^/]+\/update$/;

/** Whether LiteLLM's management is asked. Told without loading it: every call passes here. */
export const isLitellmPath = (path: string): boolean => {
  if (path.startsWith('/v1/') && path !== '/v1/model/info') return false;
  const slash = path.indexOf('/', 1);
  return (slash > 0 && areas.has(path.slice(1, slash))) || single.has(path) || deployment.test(path);
};
