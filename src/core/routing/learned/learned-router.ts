import type { ChoiceRule, Dial, RouterDecision } from './choice.ts';
import type { ModelCard } from './model-card.ts';
import type { QueryPrediction } from './prediction.ts';
import type { QueryFacts } from './query-facts.ts';
import type { RouterArtefact, TrainingStage } from './router-artefact.ts';
import type { TrainingTable } from './training-table.ts';

/** A text as a vector of length 1; zeros for a text that has no meaning to it. Must be the same at training and at use. */
export type Embed = (text: string) => Float32Array;

/** What of a model is brought to the table before its labels are read. */
export interface TrainOptions {
  /** Chooses folds and clusters: the same table and seed give the same bytes. */
  readonly seed: number;
  /** Prices and public quality of the table's models, where they are known. */
  readonly cards?: readonly ModelCard[];
  /** Features from meaning are left out without it, and the artefact says so. */
  readonly embed?: Embed;
  /** What is learned, whatever the rows would suffice for: a router that is judged by holding rows out must be of the kind that all rows make. */
  readonly stage?: TrainingStage;
}

export type Train = (table: TrainingTable, options: TrainOptions) => RouterArtefact;

/** `artefact` undefined: nothing was trained, cards and shipped heads decide. A candidate the artefact does not know enters by its card. */
export type Predict = (
  query: { readonly facts: QueryFacts; readonly embed?: Embed },
  pool: readonly ModelCard[],
  artefact?: RouterArtefact,
) => QueryPrediction;

/** `pool` and the artefact give the dial its unit. Throws a `RangeError` that names the dial when it is out of range. */
export type RuleOf = (dial: Dial, pool: readonly ModelCard[], artefact?: RouterArtefact) => ChoiceRule;

/** Never throws: a prediction that is not a number loses. */
export type Decide = (prediction: QueryPrediction, rule: ChoiceRule) => RouterDecision;
