import { connect, type Socket } from 'node:net';
import { masterKey } from './gateway-under-test.ts';

/** A client that writes every byte itself. */
export interface RawClient {
  readonly socket: Socket;
  /** What has come so far. */
  readonly text: () => string;
  readonly closed: Promise<void>;
  readonly isClosed: () => boolean;
}

export const rawClient = (url: string): RawClient => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  let gone = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      gone = true;
      resolve();
    });
  });
  socket.on('error', () => undefined);
  socket.on('data', (piece) => {
    text += piece.toString();
  });
  return { socket, text: () => text, closed, isClosed: () => gone };
};

/** The head of a POST, with the lines given. */
export const postHead = (path: string, lines: readonly string[], key = masterKey): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: x',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n');
