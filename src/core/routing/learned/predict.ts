import { queryFeatures } from './features/query-features.ts';
import type { Predict } from './learned-router.ts';
import { addProducts } from './linear/folded-ridge.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelPrediction } from './prediction.ts';
import { forestMean } from './quality/forest.ts';
import { likeness } from './quality/kernel-map.ts';
import type { QueryFacts } from './query-facts.ts';
import type { LearnedPart, ModelSummary, RouterArtefact } from './router-artefact.ts';
import { shippedWord } from './shipped-heads.ts';
import { lengthFactor } from './train/fit-length.ts';

/** Where neither a card nor a table says anything. */
const unknownQuality = 0.5;
const unknownOutputTokens = 400;
/** Thinking is answered for as output. */
const reasoningTokens = 1200;
/** A public measure is worth about so many labels of one's own. */
const priorLabels = 30;
const scatterOfScores = 0.45;
/** With so many rows of one's own nothing is left of what others' rows say of demanding queries. */
const rowsThatReplace = 1500;

/** What each candidate would make of the query and cost for it. */
export const predict: Predict = ({ facts, embed }, pool, artefact) => {
  const features = queryFeatures(facts, embed);
  const seen = seenBy(artefact, features);
  const factor = artefact === undefined ? 1 : lengthFactor(artefact.lengthWeights, features);
  const strengths = strengthsOf(pool, artefact);
  const qualities = strengths.map(({ quality }) => quality);
  const shipped = shippedWord(features, qualities) ?? [];
  const shippedShare = seen === undefined ? 1 : Math.max(0, 1 - (artefact?.labelledRows ?? 0) / rowsThatReplace);
  const bases = pool.map(
    ({ id }, index) =>
      (qualities[index] ?? unknownQuality) + (seen?.advantages.get(id) ?? 0) + shippedShare * (shipped[index] ?? 0),
  );
  const shift = roomFor(seen?.difficulty ?? 0, bases);
  return {
    familiarity: seen?.familiarity ?? 0,
    models: pool.map((card, index) => ({
      model: card.id,
      quality: Math.min(1, Math.max(0, (bases[index] ?? unknownQuality) + shift)),
      qualityError: strengths[index]?.error ?? scatterOfScores,
      ...expense(card, { facts, known: summaryOf(card, artefact), factor }),
      latencyMs: card.latencyMs ?? Number.NaN,
    })),
  };
};

/** As much of how easy or hard a query is as leaves all within 0 and 1: cutting single models off there would hide who leads. */
const roomFor = (difficulty: number, bases: readonly number[]): number => {
  const room = difficulty > 0 ? 1 - Math.max(...bases) : -Math.min(...bases);
  return difficulty > 0 ? Math.min(difficulty, Math.max(0, room)) : Math.max(difficulty, Math.min(0, room));
};

const summaryOf = (card: ModelCard, artefact: RouterArtefact | undefined): ModelSummary | undefined =>
  artefact?.models.find(({ model }) => model === card.id);

interface Seen {
  readonly advantages: ReadonlyMap<string, number>;
  readonly difficulty: number;
  readonly familiarity: number;
}

/** What was learned of queries like this one; undefined when nothing was, or with other features than these. */
const seenBy = (artefact: RouterArtefact | undefined, features: Float32Array): Seen | undefined => {
  const learned = artefact?.learned;
  if (artefact === undefined || learned === undefined || learned.map.width !== features.length) return undefined;
  const models = artefact.models.length;
  const near = likeness(learned.map, features);
  const said = wordOf(learned, { features, near, models });
  if (!said.every(Number.isFinite)) return undefined;
  const nearest = near.subarray(0, -1).reduce((most, one) => Math.max(most, one), 0);
  return {
    advantages: new Map(artefact.models.map(({ model }, index) => [model, said[index] ?? 0])),
    difficulty: said[models] ?? 0,
    familiarity: learned.usualLikeness > 0 ? Math.min(1, nearest / learned.usualLikeness) : 1,
  };
};

/** Advantages of all models, and how hard the query is as the last number. */
const wordOf = (
  learned: LearnedPart,
  query: { readonly features: Float32Array; readonly near: Float64Array; readonly models: number },
): Float64Array => {
  const { features, near, models } = query;
  const said = new Float64Array(models);
  if (learned.kernelShare > 0) addProducts(learned.kernelWeights, near, { into: said, share: learned.kernelShare });
  if (learned.linearShare > 0) addProducts(learned.linearWeights, features, { into: said, share: learned.linearShare });
  const trees = learned.forestShare > 0 ? forestMean(learned.forest, features) : undefined;
  if (trees !== undefined)
    for (let model = 0; model < models; model += 1)
      said[model] = (said[model] ?? 0) + learned.forestShare * (trees[model] ?? 0);
  const difficulty = new Float64Array(1);
  if (learned.difficultyShare > 0)
    addProducts(learned.linearWeights.subarray(models * features.length), features, {
      into: difficulty,
      share: learned.difficultyShare,
    });
  return Float64Array.of(...said, difficulty[0] ?? 0);
};

interface Strength {
  readonly quality: number;
  readonly error: number;
}

/** Mean quality of each candidate: measured where it was, else by its card, moved to the level of those that were measured. */
const strengthsOf = (pool: readonly ModelCard[], artefact: RouterArtefact | undefined): readonly Strength[] => {
  const both = artefact?.models.filter(({ qualityIndex }) => Number.isFinite(qualityIndex)) ?? [];
  const shift = mean(both.map(({ quality, qualityIndex }) => quality - qualityIndex)) ?? 0;
  const level = mean(artefact?.models.map(({ quality }) => quality) ?? []) ?? unknownQuality;
  return pool.map((card): Strength => {
    const known = summaryOf(card, artefact);
    if (known !== undefined)
      return { quality: known.quality, error: known.scatter / Math.sqrt(known.labels + priorLabels) };
    const quality = card.qualityIndex === undefined ? level : card.qualityIndex + shift;
    return { quality, error: scatterOfScores / Math.sqrt(card.qualityIndex === undefined ? 4 : priorLabels) };
  });
};

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

type Expense = Pick<ModelPrediction, 'cost' | 'costPerMillionTokens' | 'outputTokens'>;

/** Today's prices where the card has them; else what calls cost when the table was made. */
const expense = (
  card: ModelCard,
  given: { readonly facts: QueryFacts; readonly known: ModelSummary | undefined; readonly factor: number },
): Expense => {
  const { facts, known, factor } = given;
  const usual = Number.isFinite(known?.outputTokens)
    ? (known?.outputTokens ?? unknownOutputTokens)
    : unknownOutputTokens + (card.reasons === true ? reasoningTokens : 0);
  const outputTokens = Math.min(usual * factor, facts.maxOutputTokens ?? Infinity);
  const tokens = Math.max(facts.inputTokens + outputTokens, 1);
  const cost = priced(card, { facts, outputTokens }) ?? (known?.cost ?? Number.NaN) * factor;
  return { cost, costPerMillionTokens: (cost / tokens) * 1e6, outputTokens };
};

const priced = (
  { inputPerMillion, outputPerMillion, cachedInputPerMillion }: ModelCard,
  { facts, outputTokens }: { readonly facts: QueryFacts; readonly outputTokens: number },
): number | undefined => {
  if (inputPerMillion === undefined || outputPerMillion === undefined) return undefined;
  // Only a prefix that an earlier turn of this conversation brought can lie in the provider's cache.
  const cached = facts.userTurns > 1 ? Math.min(facts.prefixTokens, facts.inputTokens) : 0;
  const input = (facts.inputTokens - cached) * inputPerMillion + cached * (cachedInputPerMillion ?? inputPerMillion);
  return (input + outputTokens * outputPerMillion) / 1e6;
};
