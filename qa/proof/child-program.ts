import { join } from 'node:path';

/** A helper of a proof in a process of its own: it says something at first, and answers each question with one line. */
export interface ChildProgram {
  readonly greeting: string;
  ask(question: string): Promise<string>;
  stop(): Promise<void>;
}

export const startChild = async (program: string, ...words: readonly string[]): Promise<ChildProgram> => {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, program), ...words], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const lines = linesOf(child.stdout);
  return {
    greeting: await nextLine(lines),
    ask: async (question) => {
      child.stdin.write(`${question}\n`);
      await child.stdin.flush();
      return nextLine(lines);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
};

const nextLine = async (lines: AsyncIterator<string>): Promise<string> => {
  const { done, value } = await lines.next();
  if (done === true) throw new Error('a helper of the proof has ended');
  return value;
};

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of stream) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
