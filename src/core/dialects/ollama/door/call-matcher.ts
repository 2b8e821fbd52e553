interface OpenCall {
  readonly id: string;
  readonly name: string;
  readonly madeUp: boolean;
}

/**
 * Gives every call of a conversation an id and finds the call a result answers: by its id, else the oldest open call of its name, else the
 * oldest open call. Made-up ids depend on the place in the conversation only, so that they stay the same from turn to turn.
 */
export class CallMatcher {
  readonly #open: (OpenCall | undefined)[] = [];
  /** Before it nothing is open. */
  #first = 0;
  #messageIndex = -1;
  #count = 0;

  /** Call before each message is read. */
  nextMessage(index: number): void {
    this.#messageIndex = index;
    this.#count = 0;
  }

  call(wireId: string | undefined, name: string): { readonly id: string; readonly madeUp: boolean } {
    const madeUp = wireId === undefined || wireId === '';
    const id = madeUp ? this.#makeId() : wireId;
    this.#open.push({ id, name, madeUp });
    return { id, madeUp };
  }

  result(
    wireId: string | undefined,
    name: string | undefined,
  ): { readonly id: string; readonly name?: string; readonly madeUp: boolean } {
    const written = wireId === '' ? undefined : wireId;
    const answered = this.#take(written, name);
    const id = answered?.id ?? written ?? this.#makeId();
    const madeUp = id !== written;
    return answered === undefined ? { id, madeUp } : { id, name: answered.name, madeUp };
  }

  /** Takes the call out. Places are kept and passed over: most results come in the order of their calls. */
  #take(wireId: string | undefined, name: string | undefined): OpenCall | undefined {
    const byId = wireId === undefined ? -1 : this.#find((call) => call.id === wireId);
    // Some clients make up an id for the result of a call that has none.
    const fits = (call: OpenCall): boolean =>
      (name === undefined || call.name === name) && (wireId === undefined || call.madeUp);
    const at = byId >= 0 ? byId : this.#find(fits);
    const answered = at < 0 ? undefined : this.#open[at];
    if (answered !== undefined) this.#open[at] = undefined;
    while (this.#first < this.#open.length && this.#open[this.#first] === undefined) this.#first += 1;
    return answered;
  }

  #find(fits: (call: OpenCall) => boolean): number {
    for (let at = this.#first; at < this.#open.length; at += 1) {
      const call = this.#open[at];
      if (call !== undefined && fits(call)) return at;
    }
    return -1;
  }

  #makeId(): string {
    return `call_${this.#messageIndex}_${this.#count++}`;
  }
}
