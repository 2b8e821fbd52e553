import { Connection, type ConnectionHome } from './connection.ts';
import type { Destination } from './destination.ts';

/** Shorter than what the usual servers and load balancers wait (60 s and more), so that they are rarely the first to close. */
const idleMs = 50_000;
/** Taken off what a provider says it waits. */
const marginMs = 1000;
/** Idle connections kept for each server. */
const maxIdle = 256;
const sweepMs = 1000;

/** Keeps idle connections of each server. The one used last goes out first, so that those a quiet time does not need grow old. */
export class ConnectionPool implements ConnectionHome {
  readonly #idle = new Map<string, Connection[]>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** An idle connection, or undefined. */
  take(destination: Destination): Connection | undefined {
    const stack = this.#idle.get(destination.key);
    if (stack === undefined) return undefined;
    const nowMs = performance.now();
    for (let connection = stack.pop(); connection !== undefined; connection = stack.pop()) {
      if (connection.idleUntilMs > nowMs) return connection;
      connection.destroy();
    }
    return undefined;
  }

  /** Begins a new one. */
  open(destination: Destination): Connection {
    const connection = new Connection(destination, this);
    connection.open();
    return connection;
  }

  put(connection: Connection, keptSeconds?: number): void {
    if (connection.closed) return;
    const keptMs = keptSeconds === undefined ? idleMs : Math.min(idleMs, keptSeconds * 1000 - marginMs);
    const stack = this.#stackOf(connection.key);
    if (keptMs <= 0 || stack.length >= maxIdle) {
      connection.destroy();
      return;
    }
    connection.idleUntilMs = performance.now() + keptMs;
    stack.push(connection);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), sweepMs);
    this.#timer.unref();
  }

  remove(connection: Connection): void {
    const stack = this.#idle.get(connection.key);
    const place = stack?.indexOf(connection) ?? -1;
    if (place >= 0) stack?.splice(place, 1);
  }

  /** Closes all that are idle. */
  close(): void {
    for (const stack of this.#idle.values()) for (const connection of [...stack]) connection.destroy();
    this.#sweep();
  }

  #stackOf(key: string): Connection[] {
    const known = this.#idle.get(key);
    if (known !== undefined) return known;
    const stack: Connection[] = [];
    this.#idle.set(key, stack);
    return stack;
  }

  #sweep(): void {
    const nowMs = performance.now();
    for (const [key, stack] of this.#idle) {
      for (const connection of [...stack]) if (connection.idleUntilMs <= nowMs) connection.destroy();
      if (stack.length === 0) this.#idle.delete(key);
    }
    if (this.#idle.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
