import { isSlices, restMs, runOut, type Slices } from './slices.ts';
import type { StoreContext } from './store-context.ts';
import { failureOf, type StoreMessage, type StoreRequest } from './store-messages.ts';

export interface AnswerParts {
  /** Does what is asked, and gives its result or work in slices. */
  run(request: StoreRequest, changed: StoreContext['changed']): unknown;
  post(message: StoreMessage): void;
  after(ms: number, run: () => void): void;
}

/** Work that is done slice by slice. */
interface Sliced {
  readonly slices: Slices<unknown>;
  /** Does some of it, and tells its result or its failure when that was the end. */
  attempt(work: () => Ended | undefined): void;
}

interface Ended {
  readonly value: unknown;
}

/** Answers requests one after the other. Work in slices rests between them; whatever is asked next first finishes it. */
export class Answers {
  readonly #parts: AnswerParts;
  #sliced: Sliced | undefined;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** What an operation changed is told after its commit, and nothing is told of what was rolled back. */
  answer(request: StoreRequest): void {
    this.finish();
    const { run, post } = this.#parts;
    const { id } = request;
    const changes: StoreMessage[] = [];
    const attempt = (work: () => Ended | undefined): void => {
      try {
        const ended = work();
        if (ended === undefined) return;
        for (const change of changes) post(change);
        post({ kind: 'result', id, value: ended.value });
      } catch (error) {
        post({ kind: 'failure', id, failure: failureOf(error) });
      }
    };
    attempt(() => {
      const value = run(request, (topic, payload) => changes.push({ kind: 'changed', topic, payload }));
      return isSlices(value) ? this.#goOn({ slices: value, attempt }) : { value };
    });
  }

  /** Does at once what is left of work in slices. */
  finish(): void {
    const sliced = this.#sliced;
    this.#sliced = undefined;
    sliced?.attempt(() => ({ value: runOut(sliced.slices) }));
  }

  /** Until it must rest, or to its end. */
  #goOn(sliced: Sliced): Ended | undefined {
    for (;;) {
      const step = sliced.slices.next();
      if (step.done === true) return { value: step.value };
      const ms = restMs(step.value);
      if (ms === 0) continue;
      this.#sliced = sliced;
      this.#parts.after(ms, () => {
        // It was finished meanwhile.
        if (this.#sliced !== sliced) return;
        this.#sliced = undefined;
        sliced.attempt(() => this.#goOn(sliced));
      });
      return undefined;
    }
  }
}
