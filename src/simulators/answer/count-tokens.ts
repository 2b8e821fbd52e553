import type { SimulatedPart, SimulatedRequest } from '../simulated-request.ts';

const encoder = new TextEncoder();

/** The simulators' whole tokenizer: one token for every four bytes of UTF-8 begun. */
export const textTokens = (text: string): number => Math.ceil(encoder.encode(text).length / 4);

/** What a medium costs, whatever its size. */
const mediaTokens = 256;

/** Four tokens of frame for every turn, prompt and tool. */
const frameTokens = 4;

const partTokens = (part: SimulatedPart): number => {
  switch (part.kind) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return textTokens(part.text);
    case 'tool-call':
      return textTokens(part.name) + textTokens(JSON.stringify(part.arguments));
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + partTokens(inner), 0);
    case 'other':
      return textTokens(JSON.stringify(part.value));
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
      return mediaTokens;
  }
};

/** Tokens of a request by the simulators' rule (see README.md). */
export const requestTokens = (request: SimulatedRequest): number => {
  const system = request.system.reduce((sum, piece) => sum + frameTokens + textTokens(piece.text), 0);
  const turns = request.turns.reduce(
    (sum, turn) => sum + frameTokens + turn.parts.reduce((inner, part) => inner + partTokens(part), 0),
    0,
  );
  const tools = request.tools.reduce((sum, tool) => sum + frameTokens + textTokens(JSON.stringify(tool)), 0);
  return system + turns + tools;
};
