import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

export const partIds = ['tables', 'pairs', 'few-shot', 'cascade', 'stability', 'speed'] as const;
export type PartId = (typeof partIds)[number];

export interface Options {
  readonly json: boolean;
  /** Fewer seeds and draws: a first look. */
  readonly quick: boolean;
  readonly train: string;
  /** Absent: five folds inside of `train`. */
  readonly test: string | undefined;
  readonly parts: ReadonlySet<PartId>;
}

export const usage = `bun run bench:routing [--train DIR] [--test DIR] [--json] [--quick] [--only PART[,PART]]

  --train DIR  tables to learn from (*.jsonl or *.jsonl.gz; one row: id, task, prompt, s, c, oc); found beside the project when left out
  --test DIR   tables to test on; without it each table is tested in five folds of its own
  --json       the last line is one JSON object with every figure and the targets
  --quick      one seed and few draws, for a first look
  --only PART  ${partIds.join(', ')}`;

/** Reads the command line. Throws with the fix when something is unknown. */
export const readOptions = (args: readonly string[]): Options | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      train: { type: 'string' },
      test: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  if (values.help) return 'help';
  const only = (values.only ?? []).flatMap((text) => text.split(',')).map(partOf);
  return {
    json: values.json,
    quick: values.quick,
    train: folderOf('--train', values.train ?? usualFolder()),
    test: values.test === undefined ? undefined : folderOf('--test', values.test),
    parts: new Set(only.length === 0 ? partIds : only),
  };
};

const partOf = (name: string): PartId => {
  const found = partIds.find((id) => id === name);
  if (found === undefined) throw new Error(`--only: there is no "${name}". Choose from: ${partIds.join(', ')}.`);
  return found;
};

const folderOf = (flag: string, folder: string): string => {
  if (!existsSync(folder)) throw new Error(`${flag}: there is no folder ${folder}.`);
  return folder;
};

/** The first `shared/data/routing` beside the project or above it. */
const usualFolder = (): string => {
  for (let at = join(import.meta.dir, '../..'); dirname(at) !== at; at = dirname(at)) {
    const folder = join(at, 'shared/data/routing');
    if (existsSync(folder)) return folder;
  }
  throw new Error('No folder of tables was found. Name one with --train DIR.');
};
