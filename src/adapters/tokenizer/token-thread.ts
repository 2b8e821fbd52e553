import { tokensOfBytes } from '../../core/catalog/models/token-rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenAsk, Tokenizer } from '../../ports/tokenizer.ts';
import type { CountReply, CountRequest } from './token-messages.ts';

/** A vocabulary is loaded first, which takes long on a busy machine; nobody's charge waits longer. */
const longestMs = 30_000;
/** Vocabularies need tens of megabytes, which go when nobody has counted for so long. */
const idleMs = 300_000;

interface Waiting {
  readonly ask: TokenAsk;
  done(tokens: number): void;
}

/** A thread that counts tokens: started by the first count, ended when it is idle or stuck. */
export class TokenThread implements Tokenizer {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 1;
  #cancelIdle: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(ask: TokenAsk): Promise<number> {
    const texts = ask.texts.filter((text) => text !== '');
    if (texts.length === 0) return Promise.resolve(0);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(longestMs, () => this.#restart());
      this.#waiting.set(id, {
        ask,
        done: (tokens) => {
          cancel();
          resolve(tokens);
        },
      });
      const request: CountRequest = { id, vocabulary: ask.rule.vocabulary, texts };
      this.#running().postMessage(request);
    });
  }

  close(): void {
    this.#restart();
  }

  #running(): Worker {
    this.#cancelIdle?.();
    this.#cancelIdle = this.#clock.after(idleMs, () => {
      if (this.#waiting.size === 0) this.#restart();
    });
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(workerAddress());
    worker.unref();
    worker.onmessage = ({ data }: MessageEvent<CountReply>) => this.#take(data);
    worker.onerror = () => this.#restart();
    this.#worker = worker;
    return worker;
  }

  #take({ id, tokens }: CountReply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.done(Math.round((tokens * waiting.ask.rule.perThousand) / 1000));
  }

  /** Ends the thread; whoever waits for it is answered by the rule of thumb. */
  #restart(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { ask, done } of left)
      done(ask.texts.reduce((sum, text) => sum + tokensOfBytes(Buffer.byteLength(text)), 0));
  }
}

/** In the compiled program the worker lies where the bundler put it. */
const workerAddress = (): string =>
  import.meta.path.includes('$bunfs')
    ? '/$bunfs/root/adapters/tokenizer/token-worker.js'
    : new URL('./token-worker.ts', import.meta.url).href;
