/** A call's id: the client's own, or one made up because the wire carries none. */
export interface CallId {
  readonly id: string;
  readonly madeUp: boolean;
}

interface PendingCall extends CallId {
  readonly name: string;
}

/**
 * Gives every call of a conversation an id and finds the call a response answers. Gemini's ids are optional: a response without one answers
 * the oldest open call of its name. Made-up ids depend on the place in the conversation only, so that they stay the same from turn to turn.
 */
export class CallMatcher {
  #pending: PendingCall[] = [];
  #contentIndex = -1;
  #count = 0;

  /** Call before the parts of each content. */
  nextContent(index: number): void {
    this.#contentIndex = index;
    this.#count = 0;
  }

  call(wireId: string | undefined, name: string): CallId {
    const call = { id: wireId ?? this.#makeId(), name, madeUp: wireId === undefined };
    this.#pending.push(call);
    return call;
  }

  response(wireId: string | undefined, name: string): CallId {
    const byId = wireId === undefined ? -1 : this.#pending.findIndex((call) => call.id === wireId);
    // Some clients make up an id for the response to a call that has none.
    const fits = (call: PendingCall): boolean => call.name === name && (wireId === undefined || call.madeUp);
    const at = byId >= 0 ? byId : this.#pending.findIndex(fits);
    const [answered] = at < 0 ? [] : this.#pending.splice(at, 1);
    const id = answered?.id ?? wireId ?? this.#makeId();
    return { id, madeUp: id !== wireId };
  }

  #makeId(): string {
    return `call_${this.#contentIndex}_${this.#count++}`;
  }
}
