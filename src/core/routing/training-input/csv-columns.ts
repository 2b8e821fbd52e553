import type { CsvRecord } from './csv-machine.ts';
import type { InputWishes } from './finish-rows.ts';
import { type InputProblem, TrainingInputError } from './training-input-error.ts';

/** Which columns hold what. Columns of models stand in the order of the models; undefined where the file has none. */
export interface CsvColumns {
  readonly names: readonly string[];
  readonly prompt: number;
  readonly system: number | undefined;
  readonly id: number | undefined;
  readonly task: number | undefined;
  readonly models: readonly ModelColumns[];
}

export interface ModelColumns {
  readonly model: string;
  readonly score: number;
  readonly response: number | undefined;
  readonly cost: number | undefined;
}

/** Two families: `provider/model/score` with `/response` beside it, and RouterBench's `model` with `model|model_response` and `model|total_cost`. */
const suffixes = {
  score: '/score',
  response: ['/response', '|model_response'],
  cost: ['/cost', '|total_cost'],
} as const;

const promptNames = ['prompt', 'input', 'query', 'question', 'instruction', 'text'];
const idNames = ['sample_id', 'id'];
const taskNames = ['eval_name', 'task', 'slice', 'category'];
const systemNames = ['system_prompt', 'system'];

/** Reads the first record. Throws `TrainingInputError` that lists what is missing or twice there. */
export const columnsOf = (header: CsvRecord, wishes: InputWishes): CsvColumns => {
  const names = Array.from({ length: header.cells }, (_, cell) => header.text(cell).trim());
  const problems: InputProblem[] = repeated(names, header);
  const models = modelsOf(names);
  const prompt = promptOf(names, wishes);
  if (prompt === undefined) problems.push({ ...header.place(0), message: missingPrompt(names, wishes) });
  if (models.length === 0)
    problems.push({
      ...header.place(0),
      message:
        'no column holds scores; name them "provider/model/score", or as RouterBench does with "model|total_cost" beside them',
    });
  const { chosen, missing } = wantedOf(models, wishes.models);
  for (const message of missing) problems.push({ ...header.place(0), message });
  if (problems.length > 0 || prompt === undefined) throw new TrainingInputError(problems);
  return {
    names,
    prompt,
    system: find(names, systemNames),
    id: find(names, idNames),
    task: find(names, taskNames),
    models: chosen,
  };
};

const repeated = (names: readonly string[], header: CsvRecord): InputProblem[] =>
  names.flatMap((name, cell) =>
    name !== '' && names.indexOf(name) < cell
      ? [{ ...header.place(cell), message: `the column "${shown(name)}" stands here a second time` }]
      : [],
  );

const shown = (name: string): string => name.slice(0, 100);

const find = (names: readonly string[], wanted: readonly string[]): number | undefined => {
  for (const want of wanted) {
    const index = names.findIndex((name) => name.toLowerCase() === want);
    if (index >= 0) return index;
  }
  return undefined;
};

const promptOf = (names: readonly string[], { promptColumn }: InputWishes): number | undefined => {
  if (promptColumn === undefined) return find(names, promptNames);
  const index = names.indexOf(promptColumn.trim());
  return index < 0 ? undefined : index;
};

const missingPrompt = (names: readonly string[], { promptColumn }: InputWishes): string => {
  const there = names.slice(0, 10).map(shown).join(', ');
  return promptColumn === undefined
    ? `no column holds prompts; name one "prompt", or say which it is with prompt_column. There are: ${there}`
    : `there is no column "${shown(promptColumn)}" (prompt_column). There are: ${there}`;
};

const modelsOf = (names: readonly string[]): readonly ModelColumns[] =>
  names.flatMap((name, score) => {
    const model = modelOf(name, names);
    if (model === undefined) return [];
    return [
      { model, score, response: beside(names, model, suffixes.response), cost: beside(names, model, suffixes.cost) },
    ];
  });

const modelOf = (name: string, names: readonly string[]): string | undefined => {
  if (name.endsWith(suffixes.score)) return name.slice(0, -suffixes.score.length) || undefined;
  const wide = [`${name}|total_cost`, `${name}|model_response`];
  return name !== '' && wide.some((other) => names.includes(other)) ? name : undefined;
};

const beside = (names: readonly string[], model: string, endings: readonly string[]): number | undefined => {
  const ending = endings.find((each) => names.includes(`${model}${each}`));
  return ending === undefined ? undefined : names.indexOf(`${model}${ending}`);
};

const wantedOf = (
  models: readonly ModelColumns[],
  wanted: readonly string[] | undefined,
): { readonly chosen: readonly ModelColumns[]; readonly missing: readonly string[] } => {
  if (wanted === undefined || models.length === 0) return { chosen: models, missing: [] };
  const there = models.map(({ model }) => model).join(', ');
  const chosen = wanted.flatMap((name) => models.find(({ model }) => model === name) ?? []);
  return {
    chosen,
    missing: [
      ...wanted
        .filter((name) => !models.some(({ model }) => model === name))
        .map((name) => `"${shown(name)}" has no column "${shown(name)}/score"; the file has scores of ${there}`),
      ...models
        .filter(({ model }) => !wanted.includes(model))
        .map(({ model }) => `"${shown(model)}" is not in the pool (${wanted.map(shown).join(', ')})`),
    ],
  };
};
