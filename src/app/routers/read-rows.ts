import { createReadStream } from 'node:fs';
import type { InputWishes } from '../../core/routing/training-input/finish-rows.ts';
import type { ScoredRows } from '../../core/routing/training-input/scored-rows.ts';
import { TrainingReader } from '../../core/routing/training-input/training-reader.ts';

/** Reads a file of training rows piece by piece. Rejects with `TrainingInputError`, or with what the system says. */
export const readRows = async (path: string, wishes: InputWishes): Promise<ScoredRows> => {
  const reader = new TrainingReader(wishes);
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) reader.push(piece as Uint8Array);
  return reader.end();
};
