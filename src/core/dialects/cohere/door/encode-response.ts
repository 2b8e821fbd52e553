import { GatewayError } from '../../../errors/gateway-error.ts';
import type { Block, ChatResponse, Choice, ToolCallBlock } from '../../../ir/index.ts';
import { isArray, type Json, type JsonObject } from '../../../json/json.ts';
import type { ReplyContext } from '../../dialect.ts';
import { LossLog } from '../../loss-log.ts';
import { type DocumentNames, writeCitations } from '../wire/citations.ts';
import { writeLogprob } from '../wire/logprobs.ts';
import { own } from '../wire/own.ts';
import { writeStop } from '../wire/stop-reason.ts';
import { writeShownCall } from '../wire/tool-calls.ts';
import { writeUsage } from '../wire/usage.ts';
import { namesIn, shownBlock } from './shown-answer.ts';

/** Writes a whole answer of POST /v2/chat. This wire shows one choice; an answer the provider says it broke off is an error. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: LossLog['list'] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const log = new LossLog();
  const [choice] = response.choices;
  logUnshown(response, log);
  const { message, ...extras } = choice?.extras?.[own] ?? {};
  const body: JsonObject = {
    id: response.id === '' ? context.replyId : response.id,
    finish_reason: writeStop(choice?.stop ?? 'stop', choice?.blocks.some((block) => block.kind === 'refusal') ?? false),
    message: encodeMessage(choice, { log, names: namesIn(context.request), others: message as JsonObject | undefined }),
    ...(response.usage === undefined ? {} : { usage: writeUsage(response.usage) }),
    ...(choice?.logprobs === undefined ? {} : { logprobs: choice.logprobs.map(writeLogprob) }),
    ...extras,
    ...response.extras?.[own],
  };
  return { body, losses: log.list };
};

interface Writing {
  readonly log: LossLog;
  readonly names: DocumentNames;
  /** Members of the message without a place of their own, as the provider wrote them. */
  readonly others: JsonObject | undefined;
}

const encodeMessage = (choice: Choice | undefined, writing: Writing): JsonObject => {
  const draft = new MessageDraft(writing);
  choice?.blocks.forEach((block, index) => {
    draft.add(block, `choices[0].blocks[${index}]`);
  });
  return draft.finish();
};

class MessageDraft {
  readonly #writing: Writing;
  readonly #content: JsonObject[] = [];
  readonly #citations: Json[] = [];
  readonly #calls: ToolCallBlock[] = [];
  #plan = '';

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  add(block: Block, path: string): void {
    const shown = shownBlock(block);
    const { log } = this.#writing;
    if (block.kind === 'refusal') log.changed(path, 'a refusal is shown as text');
    if (block.kind === 'tool-call' && block.custom === true)
      log.changed(path, 'a call with free text is shown with one argument, text');
    switch (shown?.kind) {
      case undefined:
        log.dropped(path, `a ${block.kind} block this dialect cannot show`);
        return;
      case 'plan':
        this.#plan += shown.text;
        return;
      case 'call':
        this.#calls.push(shown.call);
        return;
      case 'part':
        this.#content.push(shown.part);
        return;
      case 'thinking':
        if (shown.text === '') return;
        this.#content.push({ type: shown.kind, thinking: shown.text, ...shown.members });
        return;
      case 'text':
        if (shown.text === '') return;
        this.#addCitations(block, path);
        this.#content.push({ type: shown.kind, text: shown.text, ...shown.members });
        return;
    }
  }

  finish(): JsonObject {
    const { citations: kept, ...others } = this.#writing.others ?? {};
    const citations = isArray(kept) ? [...this.#citations, ...kept] : this.#citations;
    return {
      role: 'assistant',
      ...(this.#content.length === 0 ? {} : { content: this.#content }),
      ...(this.#plan === '' ? {} : { tool_plan: this.#plan }),
      ...(this.#calls.length === 0 ? {} : { tool_calls: this.#calls.map(writeShownCall) }),
      ...(citations.length === 0 ? {} : { citations }),
      ...others,
    };
  }

  #addCitations(block: Block, path: string): void {
    if (block.kind !== 'text') return;
    writeCitations(block, this.#content.length, this.#writing.names).forEach((citation, at) => {
      if (citation === undefined)
        this.#writing.log.dropped(`${path}.citations[${at}]`, 'a kind of citation this dialect lacks');
      else this.#citations.push(citation);
    });
  }
}

const logUnshown = (response: ChatResponse, log: LossLog): void => {
  for (const index of response.choices.keys())
    if (index > 0) log.dropped(`choices[${index}]`, 'this dialect shows one choice');
  const choice = response.choices[0];
  if (choice?.refusalLogprobs !== undefined) log.dropped('choices[0].refusalLogprobs');
  for (const [prefix, extras] of [
    ['extras', response.extras],
    ['choices[0].extras', choice?.extras],
  ] as const)
    for (const [dialect, members] of Object.entries(extras ?? {}))
      if (dialect !== own) for (const name of Object.keys(members)) log.dropped(`${prefix}.${name}`);
};
