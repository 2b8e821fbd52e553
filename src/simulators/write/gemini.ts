import { isObject, type Json, type JsonDraft, type JsonObject, parseJson } from '../../core/json/json.ts';
import type { SseFrame } from '../../core/stream/sse-frame.ts';
import { textTokens } from '../answer/count-tokens.ts';
import type {
  AnswerChoice,
  AnswerPart,
  AnswerUsage,
  SimulatedAnswer,
  WriteContext,
} from '../answer/simulated-answer.ts';
import { identifier } from './identifier.ts';

const finishWords: Readonly<Record<AnswerChoice['finish'], string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  'stop-sequence': 'STOP',
};

const candidateJson = (index: number, parts: readonly Json[], ending: JsonObject): JsonObject => ({
  content: parts.length === 0 ? { role: 'model' } : { parts, role: 'model' },
  ...ending,
  index,
});

/** The thoughts' signature stands on the first part after them, as the provider puts it. */
const signaturesOf = (parts: readonly AnswerPart[]): ReadonlyMap<AnswerPart, string> => {
  const found = new Map<AnswerPart, string>();
  parts.forEach((part, index) => {
    const next = parts[index + 1];
    if (part.kind === 'thinking' && part.signature !== undefined) found.set(next ?? part, part.signature);
  });
  return found;
};

const partJson = (part: AnswerPart, text: string, signature: string | undefined): JsonObject => {
  const signed = signature === undefined ? {} : { thoughtSignature: signature };
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text, ...signed };
    case 'thinking':
      return { text, thought: true, ...signed };
    case 'image':
      return { inlineData: { mimeType: part.mimeType, data: part.data }, ...signed };
    case 'tool-call': {
      const args = parseJson(part.pieces.join(''));
      const id = part.id === undefined ? {} : { id: part.id };
      return {
        functionCall: { name: part.name, args: isObject(args) ? args : { input: part.pieces.join('') }, ...id },
        ...signed,
      };
    }
  }
};

const groundingOf = (parts: readonly AnswerPart[]): JsonObject => {
  const citations = parts.flatMap((part) => (part.kind === 'text' ? (part.citations ?? []) : []));
  if (citations.length === 0) return {};
  return {
    groundingMetadata: {
      groundingChunks: citations.map(({ url, title }) => ({ web: { uri: url, title } })),
      groundingSupports: citations.map((citation, index) => ({
        segment: { startIndex: citation.start, endIndex: citation.end, text: citation.citedText },
        groundingChunkIndices: [index],
      })),
    },
  };
};

const logprobsOf = (choice: AnswerChoice): JsonObject => {
  const tokens = choice.logprobs;
  if (tokens === undefined || tokens.length === 0) return {};
  const plain = (token: { token: string; logprob: number }) => ({ token: token.token, logProbability: token.logprob });
  const average = tokens.reduce((sum, token) => sum + token.logprob, 0) / tokens.length;
  const topCandidates = tokens.map((token) => ({ candidates: token.top.map(plain) }));
  return { avgLogprobs: average, logprobsResult: { topCandidates, chosenCandidates: tokens.map(plain) } };
};

const endingOf = (choice: AnswerChoice): JsonObject => ({
  finishReason: finishWords[choice.finish],
  ...groundingOf(choice.parts),
  ...logprobsOf(choice),
});

/** Gemini counts thoughts beside the candidates' tokens, not in them. */
const usageJson = (usage: AnswerUsage, candidatesTokens: number): JsonObject => {
  const thoughts = usage.reasoningTokens ?? 0;
  const draft: JsonDraft = { promptTokenCount: usage.inputTokens };
  if (candidatesTokens > 0) draft['candidatesTokenCount'] = candidatesTokens;
  draft['totalTokenCount'] = usage.inputTokens + candidatesTokens + thoughts;
  if (usage.cacheReadTokens !== undefined) draft['cachedContentTokenCount'] = usage.cacheReadTokens;
  draft['promptTokensDetails'] = [{ modality: 'TEXT', tokenCount: usage.inputTokens }];
  if (thoughts > 0) draft['thoughtsTokenCount'] = thoughts;
  return draft;
};

const visibleTokens = (usage: AnswerUsage): number => usage.outputTokens - (usage.reasoningTokens ?? 0);

const tail = (answer: SimulatedAnswer, context: WriteContext): JsonObject => ({
  modelVersion: answer.model ?? context.model,
  responseId: identifier(`gemini ${context.serial}`, 23),
});

/** A whole generateContent answer. */
export const writeGemini = (answer: SimulatedAnswer, context: WriteContext): JsonObject => ({
  candidates: answer.choices.map((choice, index) => {
    const signatures = signaturesOf(choice.parts);
    const parts = choice.parts.map((part) =>
      partJson(part, 'pieces' in part ? part.pieces.join('') : '', signatures.get(part)),
    );
    return candidateJson(index, parts, endingOf(choice));
  }),
  usageMetadata: usageJson(answer.usage, visibleTokens(answer.usage)),
  ...tail(answer, context),
});

/** The same as a stream: calls come whole, usage counts up from chunk to chunk, the last chunk of a candidate says why it ended. */
export const streamGemini = (answer: SimulatedAnswer, context: WriteContext): readonly SseFrame[] => {
  const chunks = answer.choices.flatMap((choice, index) => choiceChunks(choice, index));
  let counted = 0;
  return chunks.map((chunk, index) => {
    counted = index === chunks.length - 1 ? visibleTokens(answer.usage) : counted + textTokens(chunk.text);
    const usage = usageJson(answer.usage, Math.min(counted, visibleTokens(answer.usage)));
    return { data: JSON.stringify({ candidates: [chunk.candidate], usageMetadata: usage, ...tail(answer, context) }) };
  });
};

interface Chunk {
  readonly candidate: JsonObject;
  readonly text: string;
}

const choiceChunks = (choice: AnswerChoice, index: number): readonly Chunk[] => {
  const signatures = signaturesOf(choice.parts);
  const pieces = choice.parts.flatMap((part): readonly { part: JsonObject; text: string }[] => {
    if (part.kind === 'tool-call' || part.kind === 'image')
      return [{ part: partJson(part, '', signatures.get(part)), text: '' }];
    const told = part.pieces.length === 0 ? [''] : part.pieces;
    return told.map((text, place) => ({
      part: partJson(part, text, place === 0 ? signatures.get(part) : undefined),
      text: part.kind === 'thinking' ? '' : text,
    }));
  });
  const last = pieces.length - 1;
  if (last < 0) return [{ candidate: candidateJson(index, [], endingOf(choice)), text: '' }];
  return pieces.map((piece, place) => ({
    candidate: candidateJson(index, [piece.part], place === last ? endingOf(choice) : {}),
    text: piece.text,
  }));
};
