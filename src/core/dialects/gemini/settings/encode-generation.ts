import type { ChatRequest, OutputFormat } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { numberFields } from './decode-generation.ts';
import { encodeThinking } from './thinking.ts';

/** Writes `generationConfig` from the request's settings, without the members that only Gemini knows. */
export const encodeGeneration = (
  request: ChatRequest,
  thinkingLevels: boolean,
  losses: LossLog,
): JsonObject | undefined => {
  const draft: JsonDraft = {};
  for (const [wire, field] of Object.entries(numberFields)) {
    const number = request[field];
    if (number !== undefined) draft[wire] = number;
  }
  if (request.stop !== undefined && request.stop.length > 0) draft['stopSequences'] = request.stop;
  if (request.logprobs !== undefined) draft['responseLogprobs'] = request.logprobs;
  if (request.modalities !== undefined)
    draft['responseModalities'] = request.modalities.map((word) => word.toUpperCase());
  if (request.output !== undefined) Object.assign(draft, encodeOutput(request.output, losses));
  const thinking =
    request.reasoning === undefined ? undefined : encodeThinking(request.reasoning, thinkingLevels, losses);
  if (thinking !== undefined) draft['thinkingConfig'] = thinking;
  return Object.keys(draft).length === 0 ? undefined : draft;
};

const encodeOutput = (output: OutputFormat, losses: LossLog): JsonObject => {
  if (output.kind !== 'json-schema')
    return { responseMimeType: output.kind === 'text' ? 'text/plain' : 'application/json' };
  if (output.name !== undefined) losses.dropped('output.name');
  if (output.description !== undefined) losses.dropped('output.description');
  if (output.strict === true) losses.dropped('output.strict', 'a schema is always kept to');
  const native = output.meta?.gemini?.['responseSchema'];
  return {
    responseMimeType: 'application/json',
    ...(native === undefined ? { responseJsonSchema: output.schema } : { responseSchema: native }),
  };
};
