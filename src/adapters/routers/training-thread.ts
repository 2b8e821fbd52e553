import { TrainingInputError } from '../../core/routing/training-input/training-input-error.ts';
import type {
  ReadRows,
  RouterTrainer,
  TrainedRouter,
  TrainingRun,
  TrainingWork,
} from '../../ports/routing/router-trainer.ts';
import type { TrainingTold } from './training-messages.ts';

interface Waiting {
  readonly work: TrainingWork;
  readonly read: PromiseWithResolvers<ReadRows>;
  readonly trained: PromiseWithResolvers<TrainedRouter>;
  progress(share: number): void;
}

/** Trains on a thread that is started for each training and ends with it, so that its memory goes too. One at a time. */
export class TrainingThread implements RouterTrainer {
  readonly #waiting: Waiting[] = [];
  #running: { readonly job: Waiting; readonly worker: Worker } | undefined;

  start(work: TrainingWork, progress: (share: number) => void): TrainingRun {
    const job: Waiting = { work, read: Promise.withResolvers(), trained: Promise.withResolvers(), progress };
    // Who waits for the one need not wait for the other.
    job.trained.promise.catch(() => undefined);
    job.read.promise.catch(() => undefined);
    this.#waiting.push(job);
    this.#next();
    return { read: job.read.promise, trained: job.trained.promise };
  }

  close(): void {
    const ended = new Error('The gateway is stopping.');
    for (const job of this.#waiting.splice(0)) fail(job, ended);
    if (this.#running !== undefined) this.#end(ended);
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    const worker = new Worker(workerAddress());
    worker.unref();
    worker.onmessage = ({ data }: MessageEvent<TrainingTold>) => this.#take(job, data);
    worker.onerror = (event) => this.#end(new Error(`The training thread failed: ${event.message}`));
    this.#running = { job, worker };
    worker.postMessage(job.work, [job.work.file.buffer]);
  }

  #take(job: Waiting, told: TrainingTold): void {
    switch (told.kind) {
      case 'read':
        job.read.resolve(told.read);
        return;
      case 'progress':
        job.progress(told.share);
        return;
      case 'trained':
        job.trained.resolve(told.trained);
        this.#end();
        return;
      case 'unusable':
        this.#end(new TrainingInputError(told.problems));
        return;
      case 'failed':
        this.#end(new Error(told.message));
    }
  }

  #end(error?: Error): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.worker.terminate();
    if (error !== undefined) fail(running.job, error);
    this.#next();
  }
}

const fail = ({ read, trained }: Waiting, error: Error): void => {
  read.reject(error);
  trained.reject(error);
};

/** In the compiled program the worker lies where the bundler put it. */
const workerAddress = (): string =>
  import.meta.path.includes('$bunfs')
    ? '/$bunfs/root/adapters/routers/training-worker.js'
    : new URL('./training-worker.ts', import.meta.url).href;
