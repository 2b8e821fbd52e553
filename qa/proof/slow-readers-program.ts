// Clients that read slowly, in a process of their own. `URL KEY COUNT BYTES_A_SECOND MODEL`. Says `open`, and answers each line on its input with
// what its clients have read and how many connections were ended.
const [url = '', key = '', count = '1', rate = '1024', model = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
let readBytes = 0;
let ended = 0;
let begun = 0;

const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'go' }], max_tokens: 100, stream: true });

/**
 * Takes what came and reads no more until it would have come at the rate. On the runtime's own sockets: a stream on top of them would read ahead by
 * itself, and what it holds would look as if the gateway did.
 */
const open = (index: number): void => {
  const path = index % 2 === 0 ? '/v1/chat/completions' : '/v1/messages';
  const head = [`POST ${path} HTTP/1.1`, `host: ${hostname}`, `authorization: Bearer ${key}`];
  const request = [...head, 'content-type: application/json', `content-length: ${body.length}`, '', body].join('\r\n');
  let first = true;
  const ends = (): void => {
    ended += 1;
  };
  void Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(request),
      data: (socket, piece) => {
        readBytes += piece.length;
        if (first) begun += 1;
        first = false;
        socket.pause();
        setTimeout(() => socket.resume(), (piece.length / Number(rate)) * 1000);
      },
      close: ends,
    },
  }).catch(ends);
};

for (let index = 0; index < Number(count); index += 1) {
  open(index);
  if (index % 20 === 19) await Bun.sleep(20);
}
for (let wait = 0; wait < 1500 && begun < Number(count); wait += 1) await Bun.sleep(20);
process.stdout.write(`${begun}\n`);
for await (const _ of console) process.stdout.write(`${readBytes} ${ended}\n`);
process.exit(0);

export {};
