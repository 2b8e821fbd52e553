import type { Owner } from './probes.ts';

export const organisationOf = (owner: Owner): string => (owner === 'other-organisation' ? 'other' : 'first');

export const teamOf = (owner: Owner): string =>
  ({ own: 'mine', 'other-team': 'theirs', 'other-organisation': 'abroad' })[owner];
