import { editDistance } from '../edit-distance.ts';

const longestAsked = 100;
const compared = 16;
const pairKinds = 1024;

/**
 * The `count` names nearest to what was asked, best first. A client may have left out the provider or written it wrong, so a name counts whole
 * or by what follows its first slash, whichever is nearer. Only the names that share most pairs of letters are compared in full, so that a miss
 * among thousands costs a millisecond.
 */
export const nearestNames = (asked: string, known: readonly string[], count: number): readonly string[] => {
  const whole = asked.slice(0, longestAsked);
  const alone = whole.slice(whole.indexOf('/') + 1);
  return likeliest(whole, known)
    .map((candidate) => {
      const model = candidate.slice(candidate.indexOf('/') + 1);
      const last = model.slice(model.lastIndexOf('/') + 1);
      const distance = Math.min(
        editDistance(whole, candidate),
        alone === whole && model === candidate ? Number.POSITIVE_INFINITY : editDistance(alone, model) + 0.25,
        last === model ? Number.POSITIVE_INFINITY : editDistance(alone, last) + 0.5,
      );
      return { candidate, distance };
    })
    .sort((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
};

const likeliest = (asked: string, known: readonly string[]): readonly string[] => {
  if (known.length <= compared) return known;
  const pairs = new Uint8Array(pairKinds);
  for (let at = 1; at < asked.length; at++) pairs[pairAt(asked, at)] = 1;
  const best: { readonly name: string; readonly score: number }[] = [];
  let least = 0;
  for (const name of known) {
    const score = likeness(name, pairs, asked.length);
    if (best.length === compared && score <= least) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1]?.score ?? 0) < score) at--;
    best.splice(at, 0, { name, score });
    if (best.length > compared) best.pop();
    least = best.at(-1)?.score ?? 0;
  }
  return best.map(({ name }) => name);
};

/** The share of pairs of letters two names have in common, of the whole name or of its model alone. */
const likeness = (name: string, pairs: Uint8Array, length: number): number => {
  const slash = name.indexOf('/');
  let all = 0;
  let behind = 0;
  for (let at = 1; at < name.length; at++) {
    if (pairs[pairAt(name, at)] !== 1) continue;
    all++;
    if (at > slash + 1) behind++;
  }
  return Math.max(all / (name.length + length), behind / (name.length - slash - 1 + length));
};

const pairAt = (text: string, at: number): number =>
  (((text.charCodeAt(at - 1) | 0x20) * 37) ^ (text.charCodeAt(at) | 0x20)) & (pairKinds - 1);
