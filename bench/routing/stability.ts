import { Dice } from '../../src/core/routing/dice.ts';
import { factsOfPrompt } from '../../src/core/routing/learned/query-facts-of.ts';
import type { Figures } from './figure.ts';
import { FittedRouter } from './fitted.ts';
import { splitsOf } from './split.ts';
import type { Table } from './tables.ts';

/** The same question, written otherwise. */
const rewordings: Readonly<Record<string, (text: string, dice: Dice) => string>> = {
  'lower case': (text) => text.toLowerCase(),
  typos: (text, dice) => {
    const letters = [...text];
    for (let at = 0; at + 1 < letters.length; at++) {
      if (dice.next() >= 1 / 60) continue;
      [letters[at], letters[at + 1]] = [letters[at + 1] ?? '', letters[at] ?? ''];
      at += 1;
    }
    return letters.join('');
  },
  'polite prefix': (text) => `Could you please help me with this? ${text}`,
};

/** How often a reworded question is given to the same model, at a target of 98 % of the best. */
export const measureStability = (
  table: Table,
  { figures, training }: { readonly figures: Figures; readonly training: ReadonlyMap<string, Table> | undefined },
): void => {
  const [split] = splitsOf(table, training?.get(table.name), 0).splits;
  if (split === undefined) return;
  const router = new FittedRouter({ models: table.models, rows: split.training }, { seed: 0 });
  const rule = router.rule({ kind: 'quality', target: 0.98 });
  const asked = split.tested.slice(0, 600).flatMap((at) => table.rows[at] ?? []);
  for (const [name, reword] of Object.entries(rewordings)) {
    const dice = new Dice(name);
    const same = asked.filter(({ facts }) => {
      const other = factsOfPrompt(reword(facts.text, dice));
      return router.choose(facts, rule) === router.choose(other, rule);
    });
    figures.add({
      part: 'stability',
      table: table.name,
      name: `same choice, ${name} (%)`,
      value: (100 * same.length) / asked.length,
    });
  }
};
