import { createServer, type Server, type Socket } from 'node:net';

/** What becomes of the stream after its first `cutAfter` chunks. */
export type Fate =
  /** The connection ends, politely or not. */
  | { readonly kind: 'fin' | 'rst'; readonly cutAfter: number }
  /** The provider waits until the client has left; then it stops, or writes to the end, as its manners are. */
  | { readonly kind: 'waits'; readonly cutAfter: number; readonly billsOn: boolean }
  /** Everything comes, each chunk with so much padding that a client which does not read is felt. */
  | { readonly kind: 'padded'; readonly bytes: number; readonly billsOn: boolean };

/** One stream as the provider saw it. */
export interface Seen {
  /** Chunks that were handed to the connection. */
  written: number;
  /** The last word, with the counts, was among them. */
  complete: boolean;
  closed: boolean;
}

/** A provider of the OpenAI chat format on a raw socket, so that it can break off in any way. One stream a connection. */
export class CutUpstream {
  readonly #server: Server;
  readonly #seen = new Map<string, Seen>();
  readonly #early = new Set<string>();
  readonly #releases = new Map<string, () => void>();
  readonly #plan: (name: string) => { readonly fate: Fate; readonly chunks: readonly string[]; readonly usage: object };

  constructor(
    plan: (name: string) => { readonly fate: Fate; readonly chunks: readonly string[]; readonly usage: object },
  ) {
    this.#plan = plan;
    this.#server = createServer((socket) => this.#take(socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;
  }

  seen(name: string): Seen | undefined {
    return this.#seen.get(name);
  }

  /** The client of a stream has read what there was, or has left: the stream's fate comes. */
  release(name: string): void {
    this.#early.add(name);
    this.#releases.get(name)?.();
  }

  #released(name: string, socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      if (this.#early.has(name)) resolve();
      this.#releases.set(name, resolve);
      socket.on('close', () => resolve());
    });
  }

  close(): void {
    this.#server.close();
  }

  #take(socket: Socket): void {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      head += piece.toString('utf8');
      const name = /-stream-([a-z0-9-]+)"/.exec(head)?.[1];
      if (name === undefined || this.#seen.has(name)) return;
      head = '';
      const seen: Seen = { written: 0, complete: false, closed: false };
      this.#seen.set(name, seen);
      socket.on('close', () => {
        seen.closed = true;
      });
      void this.#answer(socket, name, seen);
    });
  }

  async #answer(socket: Socket, name: string, seen: Seen): Promise<void> {
    const { fate, chunks, usage } = this.#plan(name);
    socket.write(
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const padding = fate.kind === 'padded' ? `,"pad":"${'x'.repeat(fate.bytes)}"` : '';
    const write = (choices: string, more = ''): Promise<void> => {
      const frame = `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":${choices}${more}${padding}}\n\n`;
      return writeAll(socket, `${Buffer.byteLength(frame).toString(16)}\r\n${frame}\r\n`, seen);
    };
    const cutAfter = fate.kind === 'padded' ? chunks.length : fate.cutAfter;
    await write('[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]');
    const say = async (text: string): Promise<void> => {
      await write(`[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]`);
      if (!seen.closed) seen.written++;
    };
    for (const text of chunks.slice(0, cutAfter)) await say(text);
    if (fate.kind !== 'padded') await this.#released(name, socket);
    if (fate.kind === 'fin') socket.end();
    if (fate.kind === 'rst') socket.resetAndDestroy();
    if (fate.kind === 'fin' || fate.kind === 'rst' || (fate.kind === 'waits' && !fate.billsOn)) return;
    for (const text of chunks.slice(cutAfter)) await say(text);
    await write('[{"index":0,"delta":{},"finish_reason":"stop"}]');
    await write('[]', `,"usage":${JSON.stringify(usage)}`);
    seen.complete = !seen.closed;
    socket.end('e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n');
  }
}

const writeAll = (socket: Socket, text: string, seen: Seen): Promise<void> =>
  new Promise((resolve) => {
    if (seen.closed || socket.destroyed) resolve();
    else if (socket.write(text)) setImmediate(resolve);
    else {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    }
  });
