/** Writes into the log what failed inside, with the request's id. `what`: whose routes these are, as a sentence begins. */
export const tellsFailure =
  (write: (line: string) => void, what: string) =>
  (requestId: string, error: unknown): void =>
    write(`${what} failed on ${requestId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
