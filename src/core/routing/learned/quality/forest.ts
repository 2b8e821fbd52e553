/** Trees whose leaves hold one number per output. Nodes stand in preorder: the left child follows its parent. */
export interface Forest {
  readonly outputs: number;
  /** Where each tree begins. */
  readonly roots: Int32Array;
  /** The feature a node asks about; -1 for a leaf. */
  readonly features: Int16Array;
  readonly thresholds: Float32Array;
  /** Of a node, its right child; of a leaf, its number among the leaves. */
  readonly rights: Int32Array;
  /** `outputs` numbers for each leaf, in steps of `leafStep`. */
  readonly leaves: Int16Array;
  readonly leafStep: number;
}

const leafOf = (forest: Forest, root: number, features: Float32Array): number => {
  let node = root;
  for (;;) {
    const feature = forest.features[node] ?? -1;
    if (feature < 0) return forest.rights[node] ?? 0;
    node = (features[feature] ?? 0) <= (forest.thresholds[node] ?? 0) ? node + 1 : (forest.rights[node] ?? 0);
  }
};

/** Mean of the trees. `trees` picks which ones count; all when absent. Undefined when none does. */
export const forestMean = (
  forest: Forest,
  features: Float32Array,
  trees?: (tree: number) => boolean,
): Float64Array | undefined => {
  const sum = new Float64Array(forest.outputs);
  let counted = 0;
  for (let tree = 0; tree < forest.roots.length; tree += 1) {
    if (trees !== undefined && !trees(tree)) continue;
    counted += 1;
    const first = leafOf(forest, forest.roots[tree] ?? 0, features) * forest.outputs;
    for (let output = 0; output < forest.outputs; output += 1)
      sum[output] = (sum[output] ?? 0) + (forest.leaves[first + output] ?? 0);
  }
  if (counted === 0) return undefined;
  for (let output = 0; output < forest.outputs; output += 1)
    sum[output] = ((sum[output] ?? 0) * forest.leafStep) / counted;
  return sum;
};
