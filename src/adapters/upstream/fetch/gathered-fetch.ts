type Send = () => void;

/** Calls that follow each other this closely are gathered: 4,000 a second or a burst. */
const closeMs = 0.25;

/**
 * Under load, hands all calls of one turn of the event loop to the HTTP client together, at the turn's end. The client has a thread of its
 * own, and each call alone wakes it; on a busy core that costs more than the call itself. A call after a moment of quiet goes out at once.
 */
export class GatheredFetch {
  #waiting: Send[] = [];
  #lastMs = 0;
  readonly #flush = (): void => {
    const sends = this.#waiting;
    this.#waiting = [];
    for (const send of sends) send();
  };

  fetch(url: string, init: RequestInit): Promise<Response> {
    const nowMs = performance.now();
    const quiet = nowMs - this.#lastMs > closeMs;
    this.#lastMs = nowMs;
    return quiet ? fetch(url, init) : this.#later(url, init);
  }

  #later(url: string, init: RequestInit): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(this.#flush);
      this.#waiting.push(() => {
        fetch(url, init).then(resolve, reject);
      });
    });
  }
}
