import { GatewayError } from '../../core/errors/gateway-error.ts';
import type { InputOf, OperationName, ResultOf } from './operations.ts';
import type { StoreFailure, StoreMessage } from './store-messages.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The request thread's side of the store: every question is a message, so the request thread never waits for a disk. */
export class StoreThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, ((payload: unknown) => void)[]>();
  #nextId = 1;
  #broken: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<StoreMessage>) => this.#take(data);
    worker.onerror = (event) => this.#break(new Error(`The store thread failed: ${event.message}`));
    worker.addEventListener('close', () => this.#break(new Error('The store thread has ended.')));
  }

  /** Whether the thread is gone, so that nothing can be read or written any more. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** Starts the thread and opens the database in `directory`. Rejects when it cannot be opened. */
  static open(directory: string): Promise<StoreThread> {
    const worker = new Worker(workerAddress());
    worker.unref();
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(`The store thread did not start: ${event.message}`));
      worker.onmessage = ({ data }: MessageEvent<StoreMessage>) => {
        if (data.kind === 'ready') resolve(new StoreThread(worker));
        else if (data.kind === 'failed-start') {
          worker.terminate();
          reject(errorOf(data.failure));
        }
      };
      worker.postMessage({ directory });
    });
  }

  /** Asks the store. Rejects with `GatewayError` for what the caller did wrong, with `Error` when the store is gone. */
  call<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<ResultOf<Name>> {
    return this.#ask(name, input) as Promise<ResultOf<Name>>;
  }

  /** Calls `listener` for every change of a topic, in the order of their commits. */
  listen(topic: string, listener: (payload: unknown) => void): void {
    const known = this.#listeners.get(topic);
    if (known === undefined) this.#listeners.set(topic, [listener]);
    else known.push(listener);
  }

  /** Finishes what was asked, closes the database and ends the thread. */
  async close(): Promise<void> {
    await this.#ask('close', undefined);
    this.#worker.terminate();
  }

  #ask(name: string, input: unknown): Promise<unknown> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, input });
    });
  }

  #take(message: StoreMessage): void {
    if (message.kind === 'changed') {
      for (const listener of this.#listeners.get(message.topic) ?? []) listener(message.payload);
      return;
    }
    if (message.kind !== 'result' && message.kind !== 'failure') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'result') waiting?.resolve(message.value);
    else waiting?.reject(errorOf(message.failure));
  }

  #break(error: Error): void {
    this.#broken = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** In the compiled program the worker lies where the bundler put it. */
const workerAddress = (): string =>
  import.meta.path.includes('$bunfs')
    ? '/$bunfs/root/adapters/sqlite/store-worker.js'
    : new URL('./store-worker.ts', import.meta.url).href;

const errorOf = ({ message, code, detail }: StoreFailure): Error =>
  code === undefined ? new Error(message) : new GatewayError(code, message, detail);
