/** The call itself was wrong; the message says how to write it. */
export class UsageError extends Error {}
