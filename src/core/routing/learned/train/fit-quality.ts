import { Dice } from '../../dice.ts';
import { addProducts, evenPenalty, FoldedRidge } from '../linear/folded-ridge.ts';
import { nonnegativeWeights } from '../linear/nonnegative-weights.ts';
import { type Forest, forestMean } from '../quality/forest.ts';
import { type GrowOptions, growForest } from '../quality/grow-forest.ts';
import { buildKernelMap, kernelPenalty, likeness } from '../quality/kernel-map.ts';
import type { LearnedPart, TrainingStage } from '../router-artefact.ts';
import { questionShare } from './fold-of.ts';
import type { Labels } from './labels.ts';

/** Features of every row, one after the other, and which question each row asks. */
export interface FittedRows {
  readonly count: number;
  readonly width: number;
  readonly cues: number;
  readonly features: Float32Array;
  readonly questions: Uint32Array;
}

export interface QualityFit {
  readonly learned: LearnedPart;
  /** For each row used and model: the advantage said by learners that had not seen the row. */
  readonly heldOut: Float64Array;
  readonly heldOutDifficulty: Float64Array;
}

const folds = 5;
const landmarks = 256;
const kernelAlpha = 4;
const linearAlpha = 300;
const treeShare = 0.7;
/** Every tree's rows are told apart from the folds' by their salt. */
const treeSalt = 1000;

/** What can be learned from so many rows with any label. */
export const stageOf = (rows: number): TrainingStage => {
  if (rows < 30) return 'prior';
  if (rows < 100) return 'neighbours';
  return rows < 300 ? 'linear-and-trees' : 'stacked';
};

/** Three learners, each asked about rows it has not seen, and how much of each one's word is worth taking. */
export const fitQuality = (
  rows: FittedRows,
  labels: Labels,
  { seed, stage }: { readonly seed: number; readonly stage: TrainingStage },
): QualityFit => {
  const models = labels.strengths.length;
  const fit: Fit = {
    rows,
    labels,
    models,
    foldOf: Uint8Array.from(rows.questions, (question) => Math.floor(questionShare(question, seed) * folds)),
  };
  const dice = new Dice(`train ${seed}`);
  const map = buildKernelMap(rows, { cues: rows.cues, landmarks, dice });
  const kernel = fitRidge(fit, {
    width: map.squares.length + 1,
    featuresOf: (row) => likeness(map, row),
    penalty: kernelPenalty(map, kernelAlpha),
  });
  const linear = fitRidge(fit, { width: rows.width, featuresOf: (row) => row, penalty: evenPenalty(linearAlpha) });
  const forest = fitForest(fit, { seed, dice, small: stage === 'neighbours' });
  const shares = sharesOf(fit, [kernel.heldOut, linear.heldOut, forest.heldOut], stage);
  const [kernelShare = 0, linearShare = 0, forestShare = 0] = shares;
  const [difficultyShare = 0] = nonnegativeWeights([linear.heldOutDifficulty], labels.difficulties);
  const heldOut = new Float64Array(rows.count * models);
  for (let at = 0; at < heldOut.length; at += 1)
    heldOut[at] =
      kernelShare * (kernel.heldOut[at] ?? 0) +
      linearShare * (linear.heldOut[at] ?? 0) +
      forestShare * (forest.heldOut[at] ?? 0);
  return {
    learned: {
      map,
      kernelWeights: Float32Array.from(kernel.weights),
      kernelShare,
      linearWeights: Float32Array.from(linear.weights),
      linearShare,
      forest: forest.forest,
      forestShare,
      difficultyShare,
      usualLikeness: usualLikeness(rows, fit.foldOf, (row) => likeness(map, row)),
    },
    heldOut,
    heldOutDifficulty: linear.heldOutDifficulty.map((value) => value * difficultyShare),
  };
};

interface Fit {
  readonly rows: FittedRows;
  readonly labels: Labels;
  readonly models: number;
  readonly foldOf: Uint8Array;
}

interface RidgeFit {
  readonly weights: Float64Array;
  readonly heldOut: Float64Array;
  readonly heldOutDifficulty: Float64Array;
}

const rowOf = ({ features, width }: FittedRows, row: number): Float32Array =>
  features.subarray(row * width, (row + 1) * width);

/** Advantages of all models and, as one output more, how hard the query is. */
const fitRidge = (
  { rows, labels, models, foldOf }: Fit,
  learner: {
    readonly width: number;
    readonly featuresOf: (row: Float32Array) => Float32Array | Float64Array;
    readonly penalty: (matrix: Float64Array, size: number) => void;
  },
): RidgeFit => {
  const outputs = models + 1;
  const ridge = new FoldedRidge({ width: learner.width, outputs, folds });
  const targets = new Float64Array(outputs);
  for (let row = 0; row < rows.count; row += 1) {
    targets.set(labels.advantages.subarray(row * models, (row + 1) * models));
    targets[models] = labels.difficulties[row] ?? 0;
    ridge.add(foldOf[row] ?? 0, learner.featuresOf(rowOf(rows, row)), targets);
  }
  const without = Array.from({ length: folds }, (_, fold) => ridge.solve(learner.penalty, fold));
  const heldOut = new Float64Array(rows.count * models);
  const heldOutDifficulty = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row += 1) {
    const said = new Float64Array(outputs);
    const weights = without[foldOf[row] ?? 0];
    if (weights !== undefined) addProducts(weights, learner.featuresOf(rowOf(rows, row)), { into: said, share: 1 });
    heldOut.set(said.subarray(0, models), row * models);
    heldOutDifficulty[row] = said[models] ?? 0;
  }
  return { weights: ridge.solve(learner.penalty), heldOut, heldOutDifficulty };
};

const fitForest = (
  { rows, labels, models }: Fit,
  { seed, dice, small }: { readonly seed: number; readonly dice: Dice; readonly small: boolean },
): { readonly forest: Forest; readonly heldOut: Float64Array } => {
  const grownFrom = (tree: number, row: number): boolean =>
    questionShare(rows.questions[row] ?? 0, treeSalt * (seed + 1) + tree) < treeShare;
  const options: GrowOptions = {
    trees: small ? 40 : 100,
    leastLeaf: 6,
    tries: 40,
    mostDepth: small ? 3 : 16,
    blockFrom: rows.cues,
    blockShare: 0.4,
    leafPrior: 0,
    grownFrom,
  };
  const { count, width, features } = rows;
  const forest = growForest({ count, width, features, outputs: models, targets: labels.advantages }, options, dice);
  const heldOut = new Float64Array(count * models);
  for (let row = 0; row < count; row += 1) {
    const said = forestMean(forest, rowOf(rows, row), (tree) => !grownFrom(tree, row));
    if (said !== undefined) heldOut.set(said, row * models);
  }
  return { forest, heldOut };
};

/** Below 300 rows the mix is fixed, and only how much of it to take is learned. */
const fixedMix: Readonly<Record<TrainingStage, readonly number[] | undefined>> = {
  prior: [0, 0, 0],
  neighbours: [0.6, 0.2, 0.2],
  'linear-and-trees': [0.35, 0.3, 0.35],
  stacked: undefined,
};

const sharesOf = ({ labels }: Fit, said: readonly Float64Array[], stage: TrainingStage): readonly number[] => {
  const mix = fixedMix[stage];
  if (mix === undefined) return nonnegativeWeights(said, labels.advantages);
  const mixed = new Float64Array(labels.advantages.length);
  for (const [index, one] of said.entries())
    for (let at = 0; at < mixed.length; at += 1) mixed[at] = (mixed[at] ?? 0) + (mix[index] ?? 0) * (one[at] ?? 0);
  const [taken = 0] = nonnegativeWeights([mixed], labels.advantages);
  return mix.map((part) => part * taken);
};

/** A row that is a landmark itself is as like as can be; such rows are left out. */
const usualLikeness = (rows: FittedRows, foldOf: Uint8Array, like: (row: Float32Array) => Float64Array): number => {
  const nearest: number[] = [];
  const every = Math.max(1, Math.floor(rows.count / 500));
  for (let row = foldOf[0] ?? 0; row < rows.count; row += every) {
    const near = like(rowOf(rows, row))
      .subarray(0, -1)
      .reduce((most, one) => (one < 0.999 ? Math.max(most, one) : most), 0);
    nearest.push(near);
  }
  nearest.sort((one, other) => one - other);
  return nearest[Math.floor(nearest.length / 10)] ?? 0;
};
