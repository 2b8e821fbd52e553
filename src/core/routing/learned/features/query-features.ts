import type { Embed } from '../learned-router.ts';
import type { QueryFacts } from '../query-facts.ts';
import { cueFeatures, cueNames } from './cue-features.ts';

export const cueCount = cueNames.length;

/** Brings the vector of meaning to the scale of the cues, so that one penalty suits both. */
export const meaningGain = 5;

/** Cues, then the vector of meaning where there is one. */
export const queryFeatures = (facts: QueryFacts, embed?: Embed): Float32Array => {
  const cues = cueFeatures(facts);
  const meaning = embed?.(facts.text);
  if (meaning === undefined) return cues;
  const features = new Float32Array(cueCount + meaning.length);
  features.set(cues);
  for (let at = 0; at < meaning.length; at += 1) features[cueCount + at] = (meaning[at] ?? 0) * meaningGain;
  return features;
};
