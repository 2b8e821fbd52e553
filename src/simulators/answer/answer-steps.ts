import type { AnswerPart } from './simulated-answer.ts';

/** One step of a streamed answer. `index` is the part's place among the parts. */
export type AnswerStep =
  | { readonly kind: 'open'; readonly index: number; readonly part: AnswerPart }
  | { readonly kind: 'piece'; readonly index: number; readonly part: AnswerPart; readonly text: string }
  | { readonly kind: 'close'; readonly index: number; readonly part: AnswerPart };

const piecesOfPart = (part: AnswerPart): readonly string[] => (part.kind === 'image' ? [] : part.pieces);

/** The steps in which a stream tells its parts: one after the other, or neighbouring tool calls in turns. */
export const answerSteps = (parts: readonly AnswerPart[], interleaved: boolean): readonly AnswerStep[] => {
  const steps: AnswerStep[] = [];
  let index = 0;
  while (index < parts.length) {
    const run = interleaved ? callRun(parts, index) : 1;
    steps.push(...runSteps(parts.slice(index, index + run), index));
    index += run;
  }
  return steps;
};

/** How many tool calls stand together from here; at least one part. */
const callRun = (parts: readonly AnswerPart[], from: number): number => {
  let to = from;
  while (parts[to]?.kind === 'tool-call') to++;
  return Math.max(1, to - from);
};

const runSteps = (parts: readonly AnswerPart[], first: number): readonly AnswerStep[] => {
  const steps: AnswerStep[] = parts.map((part, offset) => ({ kind: 'open', index: first + offset, part }));
  const longest = Math.max(0, ...parts.map((part) => piecesOfPart(part).length));
  for (let turn = 0; turn < longest; turn++) {
    parts.forEach((part, offset) => {
      const text = piecesOfPart(part)[turn];
      if (text !== undefined) steps.push({ kind: 'piece', index: first + offset, part, text });
    });
  }
  parts.forEach((part, offset) => {
    steps.push({ kind: 'close', index: first + offset, part });
  });
  return steps;
};
