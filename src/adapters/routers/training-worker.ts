import { learnedFunctions } from '../../core/routing/training/learned-functions.ts';
import { trainAndJudge } from '../../core/routing/training/train-and-judge.ts';
import type { ScoredRows } from '../../core/routing/training-input/scored-rows.ts';
import { TrainingInputError } from '../../core/routing/training-input/training-input-error.ts';
import { TrainingReader } from '../../core/routing/training-input/training-reader.ts';
import type { ReadRows } from '../../ports/routing/router-trainer.ts';
import { loadShippedEmbedding } from './shipped-embedding.ts';
import type { TrainingAsk, TrainingTold } from './training-messages.ts';

declare const self: {
  onmessage: ((event: { readonly data: TrainingAsk }) => void) | null;
  postMessage(message: TrainingTold): void;
};

const pieceBytes = 4 * 1024 * 1024;

const readFile = ({ file, wishes }: TrainingAsk): ScoredRows => {
  const reader = new TrainingReader(wishes);
  for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.subarray(at, at + pieceBytes));
  return reader.end();
};

const work = async (asked: TrainingAsk): Promise<void> => {
  try {
    const rows = readFile(asked);
    const { models, rejected, warnings } = rows;
    const read: ReadRows = { models, rows: rows.rows.length, rejected, warnings };
    self.postMessage({ kind: 'read', read });
    const { cards, seed, target } = asked;
    const { artefact, report } = trainAndJudge(rows, {
      functions: learnedFunctions,
      cards,
      embed: await loadShippedEmbedding(),
      seed,
      target,
      progress: (share) => self.postMessage({ kind: 'progress', share }),
    });
    self.postMessage({ kind: 'trained', trained: { ...read, artefact: artefact.bytes, report } });
  } catch (error) {
    if (error instanceof TrainingInputError) self.postMessage({ kind: 'unusable', problems: error.problems });
    else
      self.postMessage({
        kind: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
  }
};

self.onmessage = ({ data }) => void work(data);
