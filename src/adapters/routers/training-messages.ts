import type { InputProblem } from '../../core/routing/training-input/training-input-error.ts';
import type { ReadRows, TrainedRouter, TrainingWork } from '../../ports/routing/router-trainer.ts';

/** From the request thread: one work, once. */
export type TrainingAsk = TrainingWork;

/** From the thread that trains. */
export type TrainingTold =
  | { readonly kind: 'read'; readonly read: ReadRows }
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'trained'; readonly trained: TrainedRouter }
  | { readonly kind: 'unusable'; readonly problems: readonly InputProblem[] }
  | { readonly kind: 'failed'; readonly message: string };
