import type { Conversation } from '../conversation.ts';
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

export const conversations: readonly Conversation[] = [
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
