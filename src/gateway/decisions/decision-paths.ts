const prefix = '/v1/decisions';

/** Whether it is asked why calls went where they went. Told without loading it: every call passes here. */
export const isDecisionPath = (path: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
