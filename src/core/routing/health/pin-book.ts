interface Pin {
  readonly target: string;
  readonly untilMs: number;
}

const mostPins = 100_000;

/** Which target a conversation was answered by, for as long as it is not idle: its prompt is in that one's cache. */
export class PinBook {
  readonly #pins = new Map<string, Pin>();

  find(conversation: string, nowMs: number): string | undefined {
    const pin = this.#pins.get(conversation);
    if (pin === undefined) return undefined;
    if (pin.untilMs > nowMs) return pin.target;
    this.#pins.delete(conversation);
    return undefined;
  }

  /** Conversations are named by clients, so there is an end to how many are kept: the one that was asked least lately goes. */
  keep(conversation: string, pin: Pin): void {
    this.#pins.delete(conversation);
    if (this.#pins.size >= mostPins) {
      const [oldest] = this.#pins.keys();
      if (oldest !== undefined) this.#pins.delete(oldest);
    }
    this.#pins.set(conversation, pin);
  }
}
