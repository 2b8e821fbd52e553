import type { ChatResponse, Choice, Loss } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { encodeStop } from '../answer/finish-reason.ts';
import { type CitedText, encodeCitations } from '../answer/grounding.ts';
import { encodeLogprobs } from '../answer/logprobs.ts';
import { encodeUsage } from '../answer/usage.ts';
import { foreignCitations, writeAnswerPart } from './answer-parts.ts';

/** Writes a whole `GenerateContentResponse`. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const losses = new LossLog();
  const draft: JsonDraft = {};
  if (!isBlocked(response))
    draft['candidates'] = response.choices.map((choice) => encodeChoice(choice, response, losses));
  if (response.usage !== undefined) draft['usageMetadata'] = encodeUsage(response.usage);
  draft['modelVersion'] = response.model === '' ? context.request.model : response.model;
  draft['responseId'] = response.id === '' ? context.replyId : response.id;
  for (const [dialect, members] of Object.entries(response.extras ?? {}))
    if (dialect !== 'gemini') for (const name of Object.keys(members)) losses.dropped(`extras.${name}`);
  return { body: { ...draft, ...response.extras?.gemini }, losses: losses.list };
};

/** A blocked prompt has `promptFeedback` in place of candidates. */
const isBlocked = (response: ChatResponse): boolean =>
  response.extras?.gemini?.['promptFeedback'] !== undefined &&
  response.choices.every((choice) => choice.stop === 'content-filter' && choice.blocks.length === 0);

const encodeChoice = (choice: Choice, response: ChatResponse, losses: LossLog): JsonObject => {
  const path = `choices[${choice.index}]`;
  const parts: JsonObject[] = [];
  const texts: CitedText[] = [];
  choice.blocks.forEach((block, index) => {
    const part = writeAnswerPart(block, `${path}.blocks[${index}]`, losses);
    if (part !== undefined) parts.push(part);
    if (block.kind === 'text')
      texts.push({
        text: block.text,
        citations: foreignCitations(block.citations, `${path}.blocks[${index}]`, losses),
      });
  });
  if (choice.stopSequence !== undefined) losses.dropped(`${path}.stopSequence`);
  if (choice.refusalLogprobs !== undefined) losses.dropped(`${path}.refusalLogprobs`);
  const grounding = encodeCitations(texts);
  return {
    content: { parts, role: 'model' },
    finishReason: encodeStop(choice.stop, choice.rawStop),
    index: choice.index,
    ...(choice.logprobs === undefined ? {} : { logprobsResult: encodeLogprobs(choice.logprobs) }),
    ...(grounding === undefined ? {} : { groundingMetadata: grounding }),
    ...(response.failure === undefined ? {} : { finishMessage: response.failure.message }),
    ...choice.extras?.gemini,
  };
};
