import type { Block, ChatRequest, ChatResponse, Choice, Loss } from '../../../ir/index.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { writeStop } from '../../openai-chat/wire/stop-reason.ts';
import { writeUsage } from '../../openai-chat/wire/usage.ts';
import { writeLogprobs } from '../logprobs.ts';

/** Writes a whole answer of POST /v1/completions. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const log = new LossLog();
  const offset = promptLength(context.request);
  for (const [dialect, members] of Object.entries(response.extras ?? {}))
    if (dialect !== 'openai-completions') for (const name of Object.keys(members)) log.dropped(`extras.${name}`);
  const body: JsonObject = {
    id: response.id === '' ? `cmpl-${context.replyId}` : response.id,
    object: 'text_completion',
    created: response.createdSeconds ?? context.nowSeconds,
    model: response.model === '' ? context.request.model : response.model,
    choices: response.choices.map((choice) => encodeChoice(choice, offset, log)),
    ...(response.usage === undefined ? {} : { usage: writeUsage(response.usage) }),
    ...(response.serviceTier === undefined ? {} : { service_tier: response.serviceTier }),
    ...response.extras?.['openai-completions'],
  };
  return { body, losses: log.list };
};

/** Where the answer begins, counted as this dialect counts: after the prompt. */
export const promptLength = (request: ChatRequest): number =>
  request.turns.reduce(
    (sum, turn) => sum + turn.blocks.reduce((length, block) => length + wordsOf(block).length, 0),
    0,
  );

/** This dialect shows text only; a refusal is text too. */
export const wordsOf = (block: Block): string => (block.kind === 'text' || block.kind === 'refusal' ? block.text : '');

const encodeChoice = (choice: Choice, offset: number, log: LossLog): JsonObject => {
  choice.blocks.forEach((block, index) => {
    if (block.kind !== 'text' && block.kind !== 'refusal')
      log.dropped(`choices[${choice.index}].blocks[${index}]`, block.kind === 'opaque' ? block.type : block.kind);
  });
  return {
    text: choice.blocks.map(wordsOf).join(''),
    index: choice.index,
    logprobs: choice.logprobs === undefined ? null : writeLogprobs(choice.logprobs, offset),
    finish_reason: writeStop(choice.stop),
    ...choice.extras?.['openai-completions'],
  };
};
