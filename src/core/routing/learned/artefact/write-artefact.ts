import type { RouterArtefact } from '../router-artefact.ts';
import { packSections, type Sections } from './packed-sections.ts';
import { artefactFormat } from './read-artefact.ts';

/** The one file an artefact is kept as. The same artefact gives the same bytes. */
export const writeArtefact = (artefact: Omit<RouterArtefact, 'bytes' | 'format'>): Uint8Array => {
  const { seed, labelledRows, stage, models, curve, cues, meaning, learned } = artefact;
  const header = {
    format: artefactFormat,
    seed,
    labelledRows,
    stage,
    cues,
    meaning,
    models: models.map(({ model }) => model),
    learned: learned !== undefined,
  };
  return packSections(header, {
    summaries: Float64Array.from(
      models.flatMap(({ labels, quality, scatter, cost, outputTokens, qualityIndex }) => [
        labels,
        quality,
        scatter,
        cost,
        outputTokens,
        qualityIndex,
      ]),
    ),
    curve: Float64Array.from(
      curve.flatMap(({ lambda, quality, cost, gain, gainError }) => [lambda, quality, cost, gain, gainError]),
    ),
    lengthWeights: artefact.lengthWeights,
    ...learnedSections(artefact),
  });
};

const learnedSections = ({ learned }: Omit<RouterArtefact, 'bytes' | 'format'>): Sections => {
  if (learned === undefined) return {};
  const { map, forest } = learned;
  return {
    shares: Float64Array.of(
      learned.kernelShare,
      learned.linearShare,
      learned.forestShare,
      learned.difficultyShare,
      learned.usualLikeness,
      forest.leafStep,
    ),
    landmarks: map.landmarks,
    squares: map.squares,
    scale: map.scale,
    centre: map.centre,
    kernelWeights: learned.kernelWeights,
    linearWeights: learned.linearWeights,
    roots: forest.roots,
    features: forest.features,
    thresholds: forest.thresholds,
    rights: forest.rights,
    leaves: forest.leaves,
  };
};
