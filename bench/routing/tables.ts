import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, numberAt, objectAt, parseJson, stringAt } from '../../src/core/json/json.ts';
import { factsOfPrompt } from '../../src/core/routing/learned/query-facts-of.ts';
import type { LabelledRow, TrainingTable } from '../../src/core/routing/learned/training-table.ts';

/** A table of the folder, cut down to its pool. */
export interface Table extends TrainingTable {
  readonly name: string;
  /** What a model answered, where that was kept and can be compared. */
  readonly answers: readonly (Readonly<Record<string, string>> | undefined)[];
}

/** Models that routers are measured on, where a table has more than a pool would. */
const pools: Readonly<Record<string, readonly string[]>> = {
  zeroeval: [
    'gpt-4o-2024-08-06',
    'gpt-4o-2024-05-13',
    'gpt-4o-mini-2024-07-18',
    'claude-3-5-sonnet-20240620',
    'claude-3-opus-20240229',
    'claude-3-haiku-20240307',
    'gemini-1.5-pro',
    'gemini-1.5-flash',
    'Llama-3.1-405B-Inst@sambanova',
    'Meta-Llama-3.1-70B-Instruct',
    'Meta-Llama-3.1-8B-Instruct',
    'deepseek-v2.5-0908',
    'Mistral-Large-2',
    'Qwen2-72B-Instruct',
  ],
  mmlupro: [
    'gpt-4o-2024-05-13',
    'gemini-1.5-pro-002',
    'gemini-1.5-flash-002',
    'Meta-Llama-3_1-70B-Instruct',
    'Meta-Llama-3_1-8B-Instruct',
    'deepseek',
    'jamba-1.5-large',
    'Mixtral-8x7B-Instruct-v0.1',
    'Qwen1.5-72B-Chat',
    'c4ai-command-r-v01',
    'mathstral-7B',
    'Phi-3-mini-4k-instruct',
  ],
  routellm_mtbench: ['gpt-4-1106-preview', 'mistralai/Mixtral-8x7B-Instruct-v0.1'],
};

/** Scores of judges go from 1 to 10. */
const scales: Readonly<Record<string, number>> = { arenabench: 10, routellm_mtbench: 10 };

/** Every table of a folder by name: files whose rows hold scores. */
export const readTables = (folder: string): ReadonlyMap<string, Table> => {
  const tables = new Map<string, Table>();
  for (const file of readdirSync(folder).toSorted()) {
    const name = /^(.+)\.jsonl(?:\.gz)?$/.exec(file)?.[1];
    if (name === undefined) continue;
    const rows = linesOf(join(folder, file)).filter((row) => objectAt(row, 's') !== undefined);
    if (rows.length > 0) tables.set(name, tableOf(name, rows));
  }
  return tables;
};

const linesOf = (path: string): readonly JsonObject[] => {
  const bytes = readFileSync(path);
  const text = path.endsWith('.gz') ? Buffer.from(Bun.gunzipSync(bytes)).toString('utf8') : bytes.toString('utf8');
  return text.split('\n').flatMap((line) => {
    const row = line === '' ? undefined : parseJson(line);
    return isObject(row) ? [row] : [];
  });
};

const tableOf = (name: string, all: readonly JsonObject[]): Table => {
  // Questions that a tested model is known to have been trained on.
  const clean = all.filter((row) => row['cont'] !== 1);
  const rows = name === 'routellm_mtbench' ? wholeQuestions(clean) : clean;
  const models = pools[name] ?? poolOf(rows);
  const scale = scales[name] ?? 1;
  const priced = rows.some((row) => objectAt(row, 'c') !== undefined);
  const labelled = rows.map((row, index): LabelledRow => {
    const numbers = (member: string): readonly number[] =>
      models.map((model) => numberAt(objectAt(row, member) ?? {}, model) ?? Number.NaN);
    return {
      id: stringAt(row, 'id') ?? `${name}:${index}`,
      facts: factsOfPrompt(stringAt(row, 'prompt') ?? ''),
      task: stringAt(row, 'task') ?? 'all',
      scores: numbers('s').map((score) => score / scale),
      ...(priced ? { costs: numbers('c') } : {}),
      ...(objectAt(row, 'oc') === undefined ? {} : { outputTokens: numbers('oc') }),
    };
  });
  return { name, models, rows: labelled, answers: rows.map(answersOf) };
};

/** Models of which nearly every row has score and, where the table has any, cost. */
const poolOf = (rows: readonly JsonObject[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const row of rows)
    for (const model of Object.keys(objectAt(row, 'c') ?? objectAt(row, 's') ?? {}))
      counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 0.95 * rows.length).map(([model]) => model);
};

const answersOf = (row: JsonObject): Readonly<Record<string, string>> | undefined => {
  const given = objectAt(row, 'a');
  if (given === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(given).flatMap(([model, answer]) =>
      typeof answer === 'string' || typeof answer === 'number' ? [[model, String(answer).trim().toLowerCase()]] : [],
    ),
  );
};

/** Both turns of a question are one row, as it is asked: the router sees the first turn. */
const wholeQuestions = (turns: readonly JsonObject[]): readonly JsonObject[] => {
  const byQuestion = new Map<string, JsonObject[]>();
  for (const turn of turns) {
    const first = stringAt(turn, 'first_turn') ?? stringAt(turn, 'prompt') ?? '';
    byQuestion.set(first, [...(byQuestion.get(first) ?? []), turn]);
  }
  return [...byQuestion].map(([prompt, own]) => {
    const models = Object.keys(objectAt(own[0] ?? {}, 's') ?? {});
    const mean = (model: string): number =>
      own.reduce((sum, turn) => sum + (numberAt(objectAt(turn, 's') ?? {}, model) ?? 0), 0) / own.length;
    return { ...own[0], prompt, s: Object.fromEntries(models.map((model) => [model, mean(model)])) };
  });
};
