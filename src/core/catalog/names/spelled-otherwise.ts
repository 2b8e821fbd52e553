import { letterSum, type NameForm, nameForm, sameForm } from './name-form.ts';
import type { NameIndex } from './name-index.ts';

/** No model is called longer. */
const longestAsked = 300;

/**
 * Names of the index that are what was asked but for dots, dashes, the order of words and what stands before the last slash. A name asked for
 * without a date also means the newest dated one, when nothing has the name itself. `provider` narrows the search to one.
 */
export const spelledOtherwise = (asked: string, index: NameIndex, provider?: string): readonly string[] => {
  if (asked.length > longestAsked) return [];
  const sum = letterSum(asked);
  const head = provider === undefined ? '' : `${provider}/`;
  const form = nameForm(asked);
  const alike: { readonly name: string; readonly form: NameForm }[] = [];
  for (let at = index.sums.indexOf(sum); at >= 0; at = index.sums.indexOf(sum, at + 1)) {
    const name = index.names[at] ?? '';
    if (!name.startsWith(head)) continue;
    const other = nameForm(name);
    if (other.words === form.words && other.numbers === form.numbers) alike.push({ name, form: other });
  }
  const same = alike.filter((candidate) => sameForm(candidate.form, form));
  if (same.length > 0 || form.date !== '') return same.map(({ name }) => name);
  const newest =
    alike
      .map((candidate) => candidate.form.date)
      .toSorted()
      .at(-1) ?? '';
  return alike.filter((candidate) => candidate.form.date === newest).map(({ name }) => name);
};
