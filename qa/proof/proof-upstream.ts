import { createServer, type Server, type Socket } from 'node:net';

/**
 * A provider in OpenAI's chat format, written straight onto sockets so that every byte is counted. The model's name says what it answers:
 * `whole` one JSON, `whole-MS` the same after so many milliseconds, `stream-FRAMES-BYTES-MS` so many frames of about that size with so many milliseconds between them.
 */
export class ProofUpstream {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #written = 0;

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      readRequests(socket, (body) => this.#answer(socket, body));
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', 1024, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  /** Bytes of answers that the system has taken over. */
  get sentBytes(): number {
    let waiting = 0;
    for (const socket of this.#sockets) waiting += socket.writableLength;
    return this.#written - waiting;
  }

  #answer(socket: Socket, body: string): void {
    const model = /"model"\s*:\s*"([^"]*)"/.exec(body)?.[1] ?? '';
    const [kind, frames = '1', bytes = '100', pauseMs = '0'] = model.split('-');
    if (kind === 'stream')
      void this.#stream(socket, Number(frames), { bytes: Number(bytes), pauseMs: Number(pauseMs) });
    else if (kind === 'whole' && Number(frames) > 1) void this.#later(socket, Number(frames), model);
    else this.#write(socket, wholeAnswer(model));
  }

  async #later(socket: Socket, ms: number, model: string): Promise<void> {
    await Bun.sleep(ms);
    if (!socket.destroyed) this.#write(socket, wholeAnswer(model));
  }

  async #stream(socket: Socket, frames: number, each: { bytes: number; pauseMs: number }): Promise<void> {
    this.#write(socket, 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n');
    const padding = 'x'.repeat(Math.max(1, each.bytes - 160));
    for (let frame = 0; frame < frames && !socket.destroyed; frame += 1) {
      const choice = { index: 0, delta: { content: `${frame}:${padding} ` }, finish_reason: null };
      if (!this.#writeFrame(socket, chunk([choice]))) await drained(socket);
      if (each.pauseMs > 0) await Bun.sleep(each.pauseMs);
    }
    if (socket.destroyed) return;
    this.#writeFrame(socket, chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]));
    this.#writeFrame(socket, '[DONE]');
    this.#write(socket, '0\r\n\r\n');
  }

  #writeFrame(socket: Socket, data: string): boolean {
    const text = `data: ${data}\n\n`;
    return this.#write(socket, `${text.length.toString(16)}\r\n${text}\r\n`);
  }

  #write(socket: Socket, text: string): boolean {
    this.#written += text.length;
    return socket.write(text);
  }
}

const chunk = (choices: readonly object[]): string =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices });

const wholeAnswer = (model: string): string => {
  const message = { role: 'assistant', content: 'ok' };
  const body = JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const go = (): void => {
      socket.off('drain', go);
      socket.off('close', go);
      resolve();
    };
    socket.on('drain', go);
    socket.on('close', go);
  });

/** Requests with a length, one after the other. */
const readRequests = (socket: Socket, take: (body: string) => void): void => {
  let held = '';
  socket.on('data', (piece: Buffer) => {
    held += piece.toString('latin1');
    for (let end = held.indexOf('\r\n\r\n'); end >= 0; end = held.indexOf('\r\n\r\n')) {
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(held.slice(0, end))?.[1] ?? 0);
      if (held.length < end + 4 + length) return;
      const body = held.slice(end + 4, end + 4 + length);
      held = held.slice(end + 4 + length);
      take(body);
    }
  });
};
