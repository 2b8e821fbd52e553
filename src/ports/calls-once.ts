/** A call that its client named, so that sending it again does not make it twice. */
export interface OnceAsk {
  readonly orgId: string;
  /** Whose names these are: two callers may use the same one. */
  readonly callerId: string;
  /** The client's Idempotency-Key. */
  readonly key: string;
  /** Method and path. */
  readonly request: string;
  readonly body: Uint8Array;
  readonly requestId: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The first call under a name. Exactly one of its three ends is called; none of them rejects. */
export interface FirstCall {
  readonly kind: 'first';
  keep(answer: KeptAnswer): Promise<void>;
  /** The answer itself is kept nowhere. */
  keepStatus(status: number): Promise<void>;
  /** It failed, and the name is free again. */
  release(): Promise<void>;
}

export interface RepeatedCall {
  readonly kind: 'repeated';
  readonly answer: KeptAnswer;
  /** Of the call that was answered first. */
  readonly requestId: string;
}

/** Longer answers are given once and kept nowhere. */
export const mostKeptBytes = 16 * 1024 * 1024;

export interface CallsOnce {
  /**
   * Rejects with `GatewayError`: `idempotency_mismatch` for another request under the name, `idempotency_conflict` while the first is under way (with a time
   * to come again), and for good when its answer is not there.
   */
  begin(ask: OnceAsk): Promise<FirstCall | RepeatedCall>;
}
