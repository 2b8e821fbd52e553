const areas = ['/v2/modelRouter/', '/v2/pzn/', '/v2/preferences/', '/v2/report/metrics/'] as const;

/** Whether a client of Not Diamond's asks. Told without loading what answers it: every call passes here. */
export const isNotDiamondPath = (path: string): boolean =>
  path.startsWith('/v2/') && (path === '/v2/models' || areas.some((area) => path.startsWith(area)));
