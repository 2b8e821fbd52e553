import type { Route, RouteSettings } from './route.ts';

const names = [
  'retry',
  'firstByteMs',
  'streamFirstByteMs',
  'deadlineMs',
  'breaker',
  'circuit',
  'capacity',
  'tags',
  'region',
  'overrides',
  'replaces',
  'answer',
  'defaults',
  'drops',
  'host',
  'forwards',
  'apiKey',
  'credential',
  'allowedBy',
] as const satisfies readonly (keyof RouteSettings)[];

/** What holds at a node: its own settings over those from above. Objects of parameters are merged, everything else takes the place. */
export const inheritedSettings = (route: Route, above: RouteSettings): RouteSettings => {
  let own: Record<string, unknown> | undefined;
  for (const name of names) {
    const value = route[name];
    if (value === undefined) continue;
    own ??= { ...above };
    own[name] = name === 'overrides' || name === 'defaults' ? { ...above[name], ...route[name] } : value;
  }
  return own === undefined ? above : (own as RouteSettings);
};
