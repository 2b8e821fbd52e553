/** The share of all requests that may be sent a second time. */
const share = 0.08;

/** What a quiet hour leaves for a bad minute. */
const most = 100;

/**
 * Second tries come out of an allowance that first tries fill, so that when everything fails the providers get little more than the clients
 * send.
 */
export class RetryBudget {
  #left = most;

  asked(): void {
    this.#left = Math.min(most, this.#left + share);
  }

  /** Takes one second try; false when there is none left. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
