export interface OnceBegin {
  readonly callId: string;
  readonly orgId: string;
  readonly digest: string;
  readonly requestId: string;
  readonly nowMs: number;
}

export interface OnceEnd {
  readonly callId: string;
  readonly requestId: string;
  readonly status: number;
  /** Sealed. Absent where only the status is kept. */
  readonly answer?: Uint8Array;
}

/** What is known of a call's name: nothing before this moment, or what became of its first call. */
export type OnceFound =
  | { readonly kind: 'first' }
  | {
      readonly kind: 'begun' | 'kept' | 'status' | 'lost';
      readonly digest: string;
      readonly requestId: string;
      readonly status: number | undefined;
      readonly answer: Uint8Array | undefined;
    };

/** Where names of calls are kept for a day. It sees keyed hashes and sealed answers only. */
export interface OnceStore {
  begin(asked: OnceBegin): Promise<OnceFound>;
  keep(end: OnceEnd): Promise<void>;
  release(call: Pick<OnceEnd, 'callId' | 'requestId'>): Promise<void>;
}
