import { cueFeatures, cueNames } from '../features/cue-features.ts';
import type { QueryFacts } from '../query-facts.ts';

const first = cueNames.findIndex((name) => name.startsWith('words:'));

/** The kind of work whose words stand out most: a name that people can read. Votes are counted for each of these. */
export const queryCluster = (facts: QueryFacts): string => {
  if (facts.toolNames.length > 0) return 'tools';
  if (facts.media.length > 0) return 'media';
  if (facts.script !== 'latin' && facts.script !== 'none') return `script:${facts.script}`;
  const cues = cueFeatures(facts);
  let strongest = 0;
  let cluster = 'other';
  for (let cue = first; cue < cues.length; cue += 1) {
    const value = cues[cue] ?? 0;
    if (value <= strongest) continue;
    strongest = value;
    cluster = (cueNames[cue] ?? '').slice('words:'.length);
  }
  return cluster;
};
