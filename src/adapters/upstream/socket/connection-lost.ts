/** A connection that could not be had, or that ended before the answer did. The code is the system's. */
export class ConnectionLost extends Error {
  readonly code: string;
  /** The provider had closed the connection before this request: it cannot have been served. */
  readonly unserved: boolean;

  constructor(code: string, unserved: boolean, options?: ErrorOptions) {
    super(`The connection was lost (${code}).`, options);
    this.name = 'ConnectionLost';
    this.code = code;
    this.unserved = unserved;
  }
}

/** The system's code of an error, or what a connection that just ends is called. */
export const lossCode = (error: unknown): string => {
  if (!(error instanceof Error)) return 'ECONNRESET';
  const { code } = error as Error & { code?: unknown };
  return typeof code === 'string' ? code : error.name;
};
