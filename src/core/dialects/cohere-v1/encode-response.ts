import { GatewayError } from '../../errors/gateway-error.ts';
import type { Block, ChatResponse, Citation, Loss, TextBlock, Usage } from '../../ir/index.ts';
import { isArray, isObject, type JsonObject } from '../../json/json.ts';
import { namesIn } from '../cohere/door/shown-answer.ts';
import { writeCitations } from '../cohere/wire/citations.ts';
import { writeStop as writeNewer } from '../cohere/wire/stop-reason.ts';
import { writeUsage as writeCounts } from '../cohere/wire/usage.ts';
import type { ReplyContext } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { own } from './own.ts';
import { writeCall } from './tool-calls.ts';
import { writeHistory } from './write-history.ts';

/** Writes a whole answer of POST /v1/chat, with the history a client sends back. An answer the provider says it broke off is an error. */
export const encodeResponse = (
  response: ChatResponse,
  context: ReplyContext,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } => {
  const { failure } = response;
  if (failure !== undefined) throw new GatewayError('upstream_error', failure.message);
  const log = new LossLog();
  const choice = response.choices[0];
  nameUnshown(response, log);
  const said = new Said(log, context);
  choice?.blocks.forEach((block, index) => {
    said.add(block, `choices[0].blocks[${index}]`);
  });
  const extras = response.extras?.[own];
  const id = response.id === '' ? context.replyId : response.id;
  const body: JsonObject = {
    ...(extras?.['response_id'] === undefined ? { response_id: context.replyId } : {}),
    text: said.text,
    generation_id: id,
    chat_history: [...historyOf(context), said.entry()],
    finish_reason: writeStop(choice),
    ...(said.calls.length === 0 ? {} : { tool_calls: said.calls }),
    ...said.cited(extras),
    ...extras,
    ...(response.usage === undefined ? {} : { meta: writeUsage(response.usage) }),
  };
  return { body, losses: log.list };
};

const historyOf = ({ request }: ReplyContext): readonly JsonObject[] => writeHistory(request.turns);

/** An answer that was refused in words is complete, and so is one that calls tools. */
export const writeStop = (choice: ChatResponse['choices'][number] | undefined): string => {
  if (choice === undefined || choice.stop === 'tool-calls') return 'COMPLETE';
  return writeNewer(
    choice.stop,
    choice.blocks.some((block) => block.kind === 'refusal'),
  );
};

const writeUsage = (usage: Usage): JsonObject =>
  usage.wire?.dialect === own && isObject(usage.wire.value)
    ? usage.wire.value
    : { api_version: { version: '1' }, ...writeCounts(usage) };

/** A citation as this wire writes it, and the documents it names. */
export const writeCited = (
  block: Pick<TextBlock, 'text' | 'citations'>,
  at: { readonly offset: number; readonly context: ReplyContext },
): readonly ({ readonly citation: JsonObject; readonly documents: readonly JsonObject[] } | undefined)[] => {
  const names = namesIn(at.context.request);
  let last = '';
  return (block.citations ?? []).flatMap((citation) => {
    const kept = ownCitation(citation);
    const written = kept ?? writeCitations({ text: block.text, citations: [citation] }, 0, names)[0];
    if (written === undefined) return [undefined];
    const cited = kept === undefined ? fromNewer(written, at.offset) : { citation: written, documents: [] };
    const words = JSON.stringify(cited.citation);
    if (words === last) return [];
    last = words;
    return [cited];
  });
};

const ownCitation = ({ wire }: Citation): JsonObject | undefined =>
  wire?.dialect === own && isObject(wire.value) ? wire.value : undefined;

const fromNewer = (
  citation: JsonObject,
  offset: number,
): { citation: JsonObject; documents: readonly JsonObject[] } => {
  const sources = (isArray(citation['sources']) ? citation['sources'] : []).filter(isObject);
  const idOf = (source: JsonObject): string => String(source['id'] ?? '').replace(/^doc:(?=\d+$)/, 'doc_');
  return {
    citation: {
      start: Number(citation['start']) + offset,
      end: Number(citation['end']) + offset,
      text: citation['text'],
      document_ids: sources.map(idOf),
    },
    documents: sources.map((source) => ({
      ...(isObject(source['document']) ? source['document'] : {}),
      id: idOf(source),
    })),
  };
};

class Said {
  readonly #log: LossLog;
  readonly #context: ReplyContext;
  readonly calls: JsonObject[] = [];
  readonly #citations: JsonObject[] = [];
  readonly #documents = new Map<string, JsonObject>();
  text = '';

  constructor(log: LossLog, context: ReplyContext) {
    this.#log = log;
    this.#context = context;
  }

  add(block: Block, path: string): void {
    if ('seal' in block && block.seal !== undefined)
      this.#log.dropped(`${path}.seal`, 'this format carries no signatures');
    switch (block.kind) {
      case 'text':
        this.#cite(block, path);
        this.text += block.text;
        return;
      case 'refusal':
        this.#log.changed(path, 'a refusal is shown as text');
        this.text += block.text;
        return;
      case 'tool-call':
        if (block.custom === true) this.#log.changed(path, 'a call with free text is shown with one argument, text');
        this.calls.push(writeCall(block.custom === true ? plainCall(block) : block));
        return;
      case 'thinking':
      case 'media':
      case 'opaque':
      case 'tool-result':
        this.#log.dropped(path, `a ${block.kind} block this format cannot show`);
        return;
    }
  }

  /** The answer as the history's last entry. */
  entry(): JsonObject {
    return { role: 'CHATBOT', message: this.text, ...(this.calls.length === 0 ? {} : { tool_calls: this.calls }) };
  }

  cited(extras: JsonObject | undefined): JsonObject {
    if (this.#citations.length === 0) return {};
    const documents = [...this.#documents.values()];
    return {
      citations: this.#citations,
      ...(documents.length === 0 || extras?.['documents'] !== undefined ? {} : { documents }),
    };
  }

  #cite(block: TextBlock, path: string): void {
    const offset = Array.from(this.text).length;
    writeCited(block, { offset, context: this.#context }).forEach((cited, at) => {
      if (cited === undefined) {
        this.#log.dropped(`${path}.citations[${at}]`, 'a kind of citation this format lacks');
        return;
      }
      this.#citations.push(cited.citation);
      for (const document of cited.documents) this.#documents.set(String(document['id']), document);
    });
  }
}

/** A client knows a custom tool by its own name. */
const plainCall = (block: Extract<Block, { kind: 'tool-call' }>): Extract<Block, { kind: 'tool-call' }> => ({
  kind: 'tool-call',
  id: block.id,
  name: block.name,
  argumentsJson: JSON.stringify({ text: block.argumentsJson }),
});

const nameUnshown = (response: ChatResponse, log: LossLog): void => {
  for (const index of response.choices.keys())
    if (index > 0) log.dropped(`choices[${index}]`, 'this format shows one choice');
  const choice = response.choices[0];
  if (choice?.logprobs !== undefined) log.dropped('choices[0].logprobs');
  if (choice?.refusalLogprobs !== undefined) log.dropped('choices[0].refusalLogprobs');
  for (const [dialect, members] of [...Object.entries(response.extras ?? {}), ...Object.entries(choice?.extras ?? {})])
    if (dialect !== own) for (const name of Object.keys(members)) log.dropped(`extras.${name}`);
};
