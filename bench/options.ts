import { parseArgs } from 'node:util';
import { type ContenderId, contenderIds } from './contenders/contender.ts';

export const sectionIds = ['start', 'requests', 'chunks', 'first-chunk', 'peak', 'memory', 'streams'] as const;
export type SectionId = (typeof sectionIds)[number];

export interface Options {
  readonly quick: boolean;
  readonly json: boolean;
  readonly sections: ReadonlySet<SectionId>;
  /** Servers left out. */
  readonly without: ReadonlySet<ContenderId>;
  /** Keeps configurations and logs of the contenders for a look afterwards. */
  readonly keep: boolean;
}

export const usage = `bun run bench [--quick] [--json] [--only ROW[,ROW]] [--without NAME] [--keep]

  --quick         two rounds and short windows, at most a minute; for a first look, not for a claim
  --json          the last line is one JSON object with every raw run
  --only ROW      ${sectionIds.join(', ')}
  --without NAME  ${contenderIds.join(', ')}
  --keep          leave the temporary folder (configurations, logs) in place and say where`;

/** Reads the command line. Throws with the fix when a row is unknown. */
export const readOptions = (args: readonly string[]): Options | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      without: { type: 'string', multiple: true },
    },
  });
  if (values.help) return 'help';
  const only = listOf(values.only).map((name) => oneOf('--only', name, sectionIds));
  return {
    quick: values.quick,
    json: values.json,
    keep: values.keep,
    sections: new Set(only.length === 0 ? sectionIds : only),
    without: new Set(listOf(values.without).map((name) => oneOf('--without', name, contenderIds))),
  };
};

const listOf = (values: readonly string[] | undefined): readonly string[] =>
  (values ?? []).flatMap((text) => text.split(','));

const oneOf = <Name extends string>(option: string, name: string, names: readonly Name[]): Name => {
  const found = names.find((each) => each === name);
  if (found === undefined) throw new Error(`${option}: there is no "${name}". Choose from: ${names.join(', ')}.`);
  return found;
};

/** How long and how often things are measured. */
export interface Plan {
  readonly rounds: number;
  readonly startRounds: number;
  readonly peakRounds: number;
  readonly requestSeconds: number;
  readonly chunkSeconds: number;
  readonly chunkWarmupSeconds: number;
  readonly firstChunkSeconds: number;
  readonly peakSeconds: number;
  readonly warmupSeconds: number;
  /** Load on every lane before anything is measured, so that the runtime has compiled what is hot. */
  readonly compileSeconds: number;
  /** Chunks of each of the thousand streams, two a second. */
  readonly manyStreamsChunks: number;
  /** Rounds that may be run again because the direct run was disturbed, over the whole bench. */
  readonly retries: number;
  /** After this no round is repeated. */
  readonly retryUntilSeconds: number;
}

export const planFor = (quick: boolean): Plan =>
  quick
    ? {
        rounds: 2,
        startRounds: 2,
        peakRounds: 1,
        requestSeconds: 0.6,
        chunkSeconds: 0.6,
        chunkWarmupSeconds: 0.3,
        firstChunkSeconds: 0.4,
        peakSeconds: 0.7,
        warmupSeconds: 0.2,
        compileSeconds: 1,
        manyStreamsChunks: 3,
        retries: 0,
        retryUntilSeconds: 0,
      }
    : {
        rounds: 5,
        startRounds: 5,
        peakRounds: 5,
        requestSeconds: 2,
        chunkSeconds: 1.8,
        chunkWarmupSeconds: 0.6,
        firstChunkSeconds: 0.8,
        peakSeconds: 1.2,
        warmupSeconds: 0.4,
        compileSeconds: 4,
        manyStreamsChunks: 6,
        retries: 5,
        retryUntilSeconds: 280,
      };
