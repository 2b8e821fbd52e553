/** A request as its head has arrived, whatever server brought it. */
export interface Incoming {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** By lower-case name. */
  header(name: string): string | undefined;
  headerNames(): Iterable<string>;
  /**
   * The whole body, of which `announcedBytes` is the length its head tells (NaN: none). Throws `body_too_large` as soon as more than `limitBytes`
   * have come, and what `came` throws, which is told of each piece of a body whose length was not announced.
   */
  readBody(limitBytes: number, announcedBytes: number, came: (bytes: number) => void): Promise<Uint8Array>;
  /** The network address the request came from; undefined when it is not known any more. */
  address(): string | undefined;
  /** The exchange is settled: what is left is the client's to fetch. */
  settled(): void;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
}

/** An answer ready to be sent. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | ReadableStream<Uint8Array> | null;
}
