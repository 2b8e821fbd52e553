/** A call's id: the client's own, or one made up because the wire carries none. */
export interface CallId {
  readonly id: string;
  readonly madeUp: boolean;
}

interface PendingCall {
  readonly id: string;
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
    const id = wireId ?? this.#makeId();
    this.#pending.push({ id, name });
    return { id, madeUp: wireId === undefined };
  }

  response(wireId: string | undefined, name: string): CallId {
    const at = this.#pending.findIndex((call) => (wireId === undefined ? call.name === name : call.id === wireId));
    const [answered] = at < 0 ? [] : this.#pending.splice(at, 1);
    return { id: wireId ?? answered?.id ?? this.#makeId(), madeUp: wireId === undefined };
  }

  #makeId(): string {
    return `call_${this.#contentIndex}_${this.#count++}`;
  }
}
