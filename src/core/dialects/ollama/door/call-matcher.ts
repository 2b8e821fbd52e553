interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * Gives every call of a conversation an id and finds the call a result answers: by its id, else the oldest open call of its name, else the
 * oldest open call. Made-up ids depend on the place in the conversation only, so that they stay the same from turn to turn.
 */
export class CallMatcher {
  readonly #open: OpenCall[] = [];
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
    this.#open.push({ id, name });
    return { id, madeUp };
  }

  result(
    wireId: string | undefined,
    name: string | undefined,
  ): { readonly id: string; readonly name?: string; readonly madeUp: boolean } {
    const madeUp = wireId === undefined || wireId === '';
    const [answered] = this.#open.splice(this.#placeOf(madeUp ? undefined : wireId, name), 1);
    const id = madeUp ? (answered?.id ?? this.#makeId()) : wireId;
    return answered === undefined ? { id, madeUp } : { id, name: answered.name, madeUp };
  }

  /** Beyond the end when nothing is open that fits. */
  #placeOf(wireId: string | undefined, name: string | undefined): number {
    const fits = ({ id, name: called }: OpenCall): boolean =>
      wireId === undefined ? name === undefined || called === name : id === wireId;
    const at = this.#open.findIndex(fits);
    return at < 0 ? this.#open.length : at;
  }

  #makeId(): string {
    return `call_${this.#messageIndex}_${this.#count++}`;
  }
}
