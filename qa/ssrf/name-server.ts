import { createSocket } from 'node:dgram';

/** Where names lead. A name with several answers gives the next one at each look-up; each answer may hold several addresses. */
export type Names = Readonly<Record<string, readonly (readonly string[])[]>>;

const typeA = 1;
const typeAaaa = 28;

/** A name server on port 53 of this network. Names it does not know do not exist. */
export const startNameServer = async (names: Names): Promise<{ stop(): void }> => {
  const socket = createSocket('udp4');
  const asked = new Map<string, number>();
  socket.on('message', (question, { port, address }) => {
    const { name, type, end } = readQuestion(question);
    const answers = names[name];
    const times = asked.get(`${name} ${type}`) ?? 0;
    asked.set(`${name} ${type}`, times + 1);
    const found = answers?.[Math.min(times, answers.length - 1)] ?? [];
    const records = found
      .filter((text) => text.includes(':') === (type === typeAaaa))
      .map((text) => record(type, text.includes(':') ? bytes6(text) : text.split('.').map(Number)));
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    head.writeUInt16BE(answers === undefined ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(53, '127.0.0.1', resolve));
  return { stop: () => socket.close() };
};

const readQuestion = (message: Buffer): { readonly name: string; readonly type: number; readonly end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
};

/** The name is a pointer to the question's; nobody may keep the answer. */
const record = (type: typeof typeA | number, data: readonly number[]): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, Buffer.from(data)]);
};

const bytes6 = (text: string): readonly number[] => {
  const [front = '', back = ''] = text.split('::');
  const groups = (part: string): readonly number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(front), groups(back)];
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return all.flatMap((group) => [group >> 8, group & 255]);
};
