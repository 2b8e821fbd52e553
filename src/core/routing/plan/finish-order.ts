import type { DecisionEntry, DecisionReason } from '../decision.ts';
import type { Candidate, Placed } from '../plan-route.ts';
import type { RouteSettings } from '../route.ts';

/** More are not tried for one request, whatever the tree holds. */
const mostCandidates = 64;

type Note = (candidate: Placed, verdict: DecisionEntry['verdict'], reason: DecisionReason) => void;

/**
 * The order in which candidates are tried: each call once, those whose circuit is open last. Where money for a provider is spent its targets are left
 * out, unless there are no others: then the refusal itself says which budget it was.
 */
export const finishOrder = (placed: readonly Placed[], note: Note): readonly Candidate[] => {
  const kept: Placed[] = [];
  const last: Placed[] = [];
  const seen = new Map<string, Placed[]>();
  const allSpent = placed.every(({ view }) => view.spent === true);
  for (const candidate of placed) {
    const same = seen.get(candidate.view.target);
    if (same?.some(({ settings }) => sameCall(settings, candidate.settings)) === true) {
      note(candidate, 'dropped', 'duplicate');
      continue;
    }
    seen.set(candidate.view.target, [...(same ?? []), candidate]);
    if (candidate.view.spent === true && !allSpent) note(candidate, 'dropped', 'budget-spent');
    else if (kept.length + last.length >= mostCandidates) note(candidate, 'dropped', 'too-many');
    else if (candidate.view.standing.state === 'open') {
      note(candidate, 'moved', 'circuit-open');
      last.push(candidate);
    } else {
      note(candidate, 'kept', candidate.reason);
      kept.push(candidate);
    }
  }
  return last.length === 0 ? kept : [...kept, ...last];
};

/** Whether two candidates for one target would send the same. */
const sameCall = (one: RouteSettings, other: RouteSettings): boolean =>
  shaping.every((name) => one[name] === other[name]);

/** The settings that say what is sent, where to and with whose key. */
const shaping = [
  'overrides',
  'replaces',
  'defaults',
  'drops',
  'forwards',
  'host',
  'apiKey',
  'credential',
  'answer',
] as const satisfies readonly (keyof RouteSettings)[];
