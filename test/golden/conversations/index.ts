import type { GoldenConversation, WireForm } from '../conversation.ts';
import { cohereWires } from '../wires/cohere.ts';
import { ollamaWires } from '../wires/ollama.ts';
import { cacheMarks } from './cache-marks.ts';
import { citations } from './citations.ts';
import { encryptedReasoning } from './encrypted-reasoning.ts';
import { images } from './images.ts';
import { parallelToolCalls } from './parallel-tool-calls.ts';
import { pdf } from './pdf.ts';
import { plain } from './plain.ts';
import { refusal } from './refusal.ts';
import { systemInTheMiddle } from './system-in-the-middle.ts';
import { thinking } from './thinking.ts';
import { toolResults } from './tool-results.ts';
import { twoChoicesWithLogprobs } from './two-choices-with-logprobs.ts';

const written = [
  plain,
  systemInTheMiddle,
  images,
  pdf,
  parallelToolCalls,
  toolResults,
  thinking,
  encryptedReasoning,
  citations,
  refusal,
  twoChoicesWithLogprobs,
  cacheMarks,
];

const apart = (wires: Readonly<Record<string, WireForm>>, name: string): WireForm => {
  const wire = wires[name];
  if (wire === undefined) throw new Error(`the conversation ${name} is not written in a wire format`);
  return wire;
};

export const conversations: readonly GoldenConversation[] = written.map((conversation) => ({
  ...conversation,
  wires: {
    ...conversation.wires,
    ollama: apart(ollamaWires, conversation.name),
    cohere: apart(cohereWires, conversation.name),
  },
}));
