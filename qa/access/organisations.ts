import type { Owner } from './probes.ts';

export const organisationOf = (owner: Owner): string => (owner === 'other-organisation' ? 'other' : 'first');
