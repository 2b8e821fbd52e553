import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Verdict } from '../../core/routing/evaluation/evidence/verdict.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { RouterStore } from '../../ports/routing/router-store.ts';
import type { ReadRows, RouterTrainer, TrainedRouter, TrainingWork } from '../../ports/routing/router-trainer.ts';
import type { RouterDirectory } from './router-directory.ts';

export type Activation = 'if-better' | 'always' | 'never';

/** One training of a router, from a file to a version. */
export interface TrainingJob {
  readonly id: string;
  readonly orgId: string;
  readonly routerId: string;
  readonly startedMs: number;
  readonly read: ReadRows;
  state: 'training' | 'succeeded' | 'failed';
  /** 0 to 1. */
  progress: number;
  endedMs?: number;
  version?: number;
  verdict?: Verdict;
  activated?: boolean;
  error?: string;
}

export interface TrainingDeskParts {
  readonly trainer: RouterTrainer;
  readonly store: RouterStore;
  readonly directory: RouterDirectory;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Takes what kept a router from being trained, for the log. */
  failed(jobId: string, error: unknown): void;
}

const mostJobs = 1000;
/** A file waits in memory for its turn. */
const mostWaiting = 8;

/** Trains routers behind the calls, and tells how far each training is. What was trained is kept as a version; what failed changes nothing. */
export class TrainingDesk {
  readonly #parts: TrainingDeskParts;
  readonly #jobs = new Map<string, TrainingJob>();

  constructor(parts: TrainingDeskParts) {
    this.#parts = parts;
  }

  /** Resolves as soon as the file is read. Rejects with `TrainingInputError` when it cannot be used, `gateway_busy` when too many wait. */
  async start(
    at: { readonly orgId: string; readonly routerId: string; readonly activation: Activation },
    work: TrainingWork,
  ): Promise<TrainingJob> {
    const { clock, ids, trainer } = this.#parts;
    const waiting = [...this.#jobs.values()].filter(({ state }) => state === 'training').length;
    if (waiting >= mostWaiting)
      throw new GatewayError(
        'gateway_busy',
        `${waiting} trainings are under way. Send the file again when one has ended.`,
        {
          retryAfterMs: 10_000,
        },
      );
    let job: TrainingJob | undefined;
    const run = trainer.start(work, (share) => {
      if (job !== undefined) job.progress = share;
    });
    const trained = settled(run.trained);
    const read = await run.read;
    const { orgId, routerId } = at;
    job = { id: ids.next(), orgId, routerId, startedMs: clock.wallMs(), read, state: 'training', progress: 0 };
    this.#remember(job);
    void this.#finish(job, at.activation, trained);
    return job;
  }

  /** By the job's own id, or the youngest of a router. */
  find(orgId: string, id: string): TrainingJob | undefined {
    const own = [...this.#jobs.values()].filter((job) => job.orgId === orgId);
    return own.findLast((job) => job.id === id || job.routerId === id);
  }

  async #finish(job: TrainingJob, activation: Activation, trained: Promise<Outcome>): Promise<void> {
    try {
      const outcome = await trained;
      if ('error' in outcome) throw outcome.error;
      await this.#keep(job, activation, outcome.router);
      job.state = 'succeeded';
      job.progress = 1;
    } catch (error) {
      job.state = 'failed';
      job.error = error instanceof GatewayError ? error.message : 'The training failed; the log has the cause.';
      this.#parts.failed(job.id, error);
    }
    job.endedMs = this.#parts.clock.wallMs();
  }

  async #keep(job: TrainingJob, activation: Activation, router: TrainedRouter): Promise<void> {
    const { store, directory } = this.#parts;
    const { orgId, routerId } = job;
    const { verdict } = router.report;
    const { version } = await store.addVersion(orgId, routerId, {
      origin: 'trained',
      models: router.models,
      rows: router.rows,
      warnings: router.warnings,
      verdict: { word: verdict.word, sentence: verdict.sentence },
      artefact: router.artefact,
      report: JSON.stringify(router.report),
    });
    job.version = version;
    job.verdict = verdict;
    job.activated = activation === 'always' || (activation === 'if-better' && verdict.word === 'better');
    if (!job.activated) return;
    await store.activate(orgId, routerId, version);
    directory.forget(orgId, routerId);
  }

  #remember(job: TrainingJob): void {
    this.#jobs.set(job.id, job);
    for (const [id, { state }] of this.#jobs) {
      if (this.#jobs.size <= mostJobs) return;
      if (state !== 'training') this.#jobs.delete(id);
    }
  }
}

type Outcome = { readonly router: TrainedRouter } | { readonly error: unknown };

/** A promise nobody waits for yet must not reject. */
const settled = (trained: Promise<TrainedRouter>): Promise<Outcome> =>
  trained.then(
    (router) => ({ router }),
    (error: unknown) => ({ error }),
  );

/** A job as clients read it. */
export const shownJob = (job: TrainingJob): JsonObject => ({
  job_id: job.id,
  preference_id: job.routerId,
  status: job.state,
  progress: Number(job.progress.toFixed(3)),
  models: job.read.models,
  rows_used: job.read.rows,
  rows_rejected: job.read.rejected.map(({ line, reason }) => ({ line, reason })),
  warnings: job.read.warnings,
  started_at: new Date(job.startedMs).toISOString(),
  ended_at: job.endedMs === undefined ? null : new Date(job.endedMs).toISOString(),
  version: job.version ?? null,
  active: job.activated ?? false,
  verdict: job.verdict === undefined ? null : { word: job.verdict.word, sentence: job.verdict.sentence },
  error: job.error ?? null,
});
