import { allowsModel } from '../../core/access/key-policy.ts';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { QueryFacts } from '../../core/routing/learned/query-facts.ts';
import type { Identity } from '../../ports/key-ring.ts';
import type { Candidate } from './candidate.ts';

/** Why a candidate takes no part, before anything is weighed. Stable words. */
export type Ineligible = 'forbidden' | 'context-window' | 'no-tools';

export interface Sifted {
  readonly eligible: readonly Candidate[];
  readonly dropped: readonly { readonly model: string; readonly reason: Ineligible }[];
}

type Filter = (candidate: Candidate, asked: Asked) => boolean;

interface Asked {
  readonly identity: Identity;
  readonly facts: QueryFacts;
}

/** In the order in which they are asked. */
const filters: readonly (readonly [Ineligible, Filter])[] = [
  ['forbidden', ({ names }, { identity }) => allowsModel(identity.policy?.models, names)],
  [
    'context-window',
    ({ contextTokens }, { facts }) => contextTokens === undefined || facts.inputTokens < contextTokens,
  ],
  ['no-tools', ({ takesTools }, { facts }) => facts.toolNames.length === 0 || takesTools !== false],
];

const said: Readonly<Record<Ineligible, string>> = {
  forbidden: 'the key may not use',
  'context-window': 'the request is too long for',
  'no-tools': 'the request has tools, which are not taken by',
};

/** Those that may and can serve the request. Throws `model_not_found` that names the filter which took the last one. */
export const sift = (candidates: readonly Candidate[], asked: Asked): Sifted => {
  const dropped: { model: string; reason: Ineligible }[] = [];
  let eligible = candidates;
  for (const [reason, passes] of filters) {
    const left = eligible.filter((candidate) => passes(candidate, asked));
    const gone = eligible.filter((candidate) => !left.includes(candidate));
    dropped.push(...gone.map(({ card }) => ({ model: card.id, reason })));
    if (left.length === 0) {
      const names = gone.map(({ card }) => card.id.slice(0, 100)).slice(0, 10);
      throw new GatewayError(
        'model_not_found',
        `No model is left to choose from (${reason}): ${said[reason]} ${names.join(', ')}.`,
      );
    }
    eligible = left;
  }
  return { eligible, dropped };
};
