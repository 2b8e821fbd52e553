import type { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors/gateway-error.ts';
import { lockDirectory } from './data-lock.ts';
import { openDatabase } from './open-database.ts';
import { operations } from './operations.ts';
import { isSlices, restMs, runOut, type Slices } from './slices.ts';
import type { StoreContext } from './store-context.ts';
import type { StoreFailure, StoreMessage, StoreRequest } from './store-messages.ts';

declare const self: {
  onmessage: ((event: { readonly data: StoreRequest | { readonly directory: string } }) => void) | null;
  postMessage(message: StoreMessage): void;
  close(): void;
};

const failureOf = (error: unknown): StoreFailure => {
  if (!(error instanceof GatewayError)) return { message: error instanceof Error ? error.message : String(error) };
  const { param, status } = error.detail;
  return {
    message: error.message,
    code: error.code,
    detail: { ...(param === undefined ? {} : { param }), ...(status === undefined ? {} : { status }) },
  };
};

/** Work that is done slice by slice. */
interface Sliced {
  readonly request: StoreRequest;
  readonly slices: Slices<unknown>;
}

/** Answers requests one after the other. Work in slices rests between them; whatever is asked next first finishes it. */
class Answers {
  readonly #database: Database;
  readonly #directory: string;
  #sliced: Sliced | undefined;

  constructor(database: Database, directory: string) {
    this.#database = database;
    this.#directory = directory;
  }

  /** What an operation changed is told after its commit, and nothing is told of what was rolled back. */
  answer(request: StoreRequest): void {
    this.finish();
    const changes: StoreMessage[] = [];
    const context: StoreContext = {
      database: this.#database,
      directory: this.#directory,
      changed: (topic, payload) => changes.push({ kind: 'changed', topic, payload }),
    };
    told(request, () => {
      const run = operations[request.name as keyof typeof operations] as (
        context: StoreContext,
        input: unknown,
      ) => unknown;
      const value = run(context, request.input);
      if (isSlices(value)) return this.#begin({ request, slices: value });
      for (const change of changes) self.postMessage(change);
      self.postMessage({ kind: 'result', id: request.id, value });
    });
  }

  /** Does at once what is left of work in slices. */
  finish(): void {
    const sliced = this.#sliced;
    this.#sliced = undefined;
    if (sliced === undefined) return;
    const { request, slices } = sliced;
    told(request, () => self.postMessage({ kind: 'result', id: request.id, value: runOut(slices) }));
  }

  #begin(sliced: Sliced): void {
    this.#sliced = sliced;
    this.#step(sliced);
  }

  #step(sliced: Sliced): void {
    // It was finished meanwhile.
    if (this.#sliced !== sliced) return;
    this.#sliced = undefined;
    const { request, slices } = sliced;
    told(request, () => {
      const step = slices.next();
      if (step.done !== true) {
        this.#sliced = sliced;
        setTimeout(() => this.#step(sliced), restMs(step.value));
        return;
      }
      self.postMessage({ kind: 'result', id: request.id, value: step.value });
    });
  }
}

/** Tells of what `act` throws. */
const told = (request: StoreRequest, act: () => void): void => {
  try {
    act();
  } catch (error) {
    self.postMessage({ kind: 'failure', id: request.id, failure: failureOf(error) });
  }
};

const open = (directory: string): void => {
  try {
    const held = lockDirectory(directory);
    const database = openDatabase(join(directory, 'sluice.db'));
    const answers = new Answers(database, directory);
    self.onmessage = ({ data }) => {
      if (!('id' in data)) return;
      if (data.name === 'close') {
        answers.finish();
        database.close();
        held.close();
        self.postMessage({ kind: 'result', id: data.id, value: undefined });
        self.close();
        return;
      }
      answers.answer(data);
    };
    self.postMessage({ kind: 'ready' });
  } catch (error) {
    self.postMessage({ kind: 'failed-start', failure: failureOf(error) });
  }
};

// The first message names the data directory.
self.onmessage = ({ data }) => {
  if ('directory' in data) open(data.directory);
};
