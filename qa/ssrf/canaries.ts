import type { TCPSocketListener } from 'bun';
import { canaryPorts } from './payloads.ts';

export interface Canaries {
  /** Connections so far. */
  readonly reached: number;
  stop(): void;
}

/** Listen on every address of this machine. A connection is enough to be found; whoever asks further gets an answer. */
export const startCanaries = (): Canaries => {
  let reached = 0;
  const listeners: TCPSocketListener<undefined>[] = canaryPorts.map((port) =>
    Bun.listen({
      // Both versions.
      hostname: '::',
      port,
      socket: {
        open: () => {
          reached += 1;
        },
        data: (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
      },
    }),
  );
  return {
    get reached() {
      return reached;
    },
    stop: () => {
      for (const listener of listeners) listener.stop(true);
    },
  };
};
