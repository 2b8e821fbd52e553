import type { ChoiceRule, Dial } from '../../src/core/routing/learned/choice.ts';
import type { ModelCard } from '../../src/core/routing/learned/model-card.ts';
import type { RouterArtefact } from '../../src/core/routing/learned/router-artefact.ts';
import type { LabelledRow, TrainingTable } from '../../src/core/routing/learned/training-table.ts';
import { embed, functions } from './router.ts';

const embedding = { embed };

/** A router as it was trained on some rows. */
export class FittedRouter {
  readonly artefact: RouterArtefact | undefined;
  readonly #pool: readonly ModelCard[];

  /** Without rows nothing is learned, and what is known of the models decides. */
  constructor({ models, rows }: TrainingTable, how: { readonly seed: number; readonly cards?: readonly ModelCard[] }) {
    this.#pool = how.cards ?? models.map((id) => ({ id }));
    const { seed } = how;
    this.artefact =
      rows.length === 0 ? undefined : functions.train({ models, rows }, { seed, cards: this.#pool, ...embedding });
  }

  predict(facts: LabelledRow['facts']) {
    return functions.predict({ facts, ...embedding }, this.#pool, this.artefact);
  }

  rule(dial: Dial): ChoiceRule {
    return functions.ruleOf(dial, this.#pool, this.artefact);
  }

  /** The place of the chosen model. */
  choose(facts: LabelledRow['facts'], rule: ChoiceRule): number {
    const decision = functions.decide(this.predict(facts), rule);
    return Math.max(
      0,
      this.#pool.findIndex(({ id }) => id === decision.model),
    );
  }
}

/** Room for what is foreseen of each row, filled split by split. */
export const emptyPredictions = (): { readonly quality: Float64Array[]; readonly cost: Float64Array[] } => ({
  quality: [],
  cost: [],
});

export const note = (
  predictions: { readonly quality: Float64Array[]; readonly cost: Float64Array[] },
  at: number,
  router: FittedRouter,
  facts: LabelledRow['facts'],
): void => {
  const { models } = router.predict(facts);
  predictions.quality[at] = Float64Array.from(models, ({ quality }) => quality);
  predictions.cost[at] = Float64Array.from(models, ({ cost }) => (Number.isFinite(cost) ? cost : 0));
};
