import { cell, type OutcomeRow } from '../evaluation/outcome-table.ts';
import type { ModelCard } from '../learned/model-card.ts';
import { factsOfPrompt } from '../learned/query-facts-of.ts';
import type { LabelledRow, TrainingTable } from '../learned/training-table.ts';
import type { ScoredRows } from '../training-input/scored-rows.ts';

/** The rows of a file as a router learns from them. Costs that the file does not tell are reckoned from the models' prices. */
export const trainingTableOf = ({ models, rows }: ScoredRows, cards: readonly ModelCard[]): TrainingTable => {
  const prices = models.map((model) => cards.find(({ id }) => id === model));
  return {
    models,
    rows: rows.map(({ id, prompt, promptCharacters, system, task, scores, costs, outputTokens }): LabelledRow => {
      const facts = { ...factsOfPrompt(prompt), textCharacters: promptCharacters };
      const systemCharacters = system?.length ?? 0;
      const inputTokens = facts.inputTokens + Math.ceil((promptCharacters - prompt.length + systemCharacters) / 4);
      const known = costs.map((cost, model) =>
        Number.isFinite(cost) ? cost : costOf(prices[model], inputTokens, outputTokens[model]),
      );
      return {
        id,
        facts: { ...facts, systemCharacters, inputTokens },
        ...(task === undefined ? {} : { task }),
        scores,
        ...(known.some(Number.isFinite) ? { costs: known } : {}),
        ...(outputTokens.some(Number.isFinite) ? { outputTokens } : {}),
      };
    }),
  };
};

const costOf = (card: ModelCard | undefined, inputTokens: number, outputTokens = Number.NaN): number =>
  ((card?.inputPerMillion ?? Number.NaN) * inputTokens + (card?.outputPerMillion ?? Number.NaN) * outputTokens) / 1e6;

/**
 * Rows as they are judged. A cost that is missing here and there is the model's mean; a table without any cost has every model cost nothing, so that
 * quality alone is judged.
 */
export const outcomeRowsOf = ({ models, rows }: TrainingTable): readonly OutcomeRow[] => {
  const means = models.map((_, model) => meanCost(rows, model));
  const priced = means.every(Number.isFinite);
  return rows.map(({ id, facts, task, scores, costs }) => ({
    id,
    prompt: facts.text,
    slice: task ?? 'all',
    scores,
    costs: means.map((mean, model) => {
      const own = cell(costs, model);
      return priced ? (Number.isFinite(own) ? own : mean) : 0;
    }),
  }));
};

const meanCost = (rows: readonly LabelledRow[], model: number): number => {
  const known = rows.map(({ costs }) => cell(costs, model)).filter(Number.isFinite);
  return known.length === 0 ? Number.NaN : known.reduce((sum, cost) => sum + cost, 0) / known.length;
};
