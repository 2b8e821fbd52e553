import type {
  DecisionQuery,
  DecisionRecord,
  DecisionStore,
  DecisionVote,
} from '../../../ports/routing/decision-store.ts';
import type { StoreThread } from '../store-thread.ts';

/** Decisions wait this long for others, so that a busy server writes many in one transaction. */
const gatherMs = 20;
const mostGathered = 200;

/** Decisions in the database. What is asked of it first writes down what still waits. */
export class SqliteDecisionStore implements DecisionStore {
  readonly #thread: StoreThread;
  readonly #failed: (error: unknown) => void;
  #waiting: (DecisionRecord & { readonly orgId: string })[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `failed` takes what kept decisions from being written. */
  constructor(thread: StoreThread, failed: (error: unknown) => void) {
    this.#thread = thread;
    this.#failed = failed;
  }

  add(orgId: string, decision: DecisionRecord): void {
    this.#waiting.push({ ...decision, orgId });
    if (this.#waiting.length >= mostGathered) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), gatherMs);
  }

  find(orgId: string, id: string): Promise<DecisionRecord | undefined> {
    this.#write();
    return this.#thread.call('decisions.find', { orgId, id });
  }

  list(orgId: string, query: DecisionQuery): Promise<readonly DecisionRecord[]> {
    this.#write();
    return this.#thread.call('decisions.list', { orgId, ...query });
  }

  vote(orgId: string, vote: DecisionVote): Promise<void> {
    this.#write();
    return this.#thread.call('decisions.vote', { orgId, ...vote });
  }

  votes(orgId: string, decisionId: string): Promise<readonly DecisionVote[]> {
    return this.#thread.call('decisions.votes', { orgId, decisionId });
  }

  /** Writes down what still waits, before the thread is closed. */
  close(): void {
    this.#write();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const decisions = this.#waiting;
    this.#waiting = [];
    // The thread takes questions in their order, so what is asked next finds these.
    void this.#thread.call('decisions.add', { decisions }).catch(this.#failed);
  }
}
