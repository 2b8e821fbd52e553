import type { Block, ToolCallBlock, ToolResultBlock, Turn } from '../../../ir/index.ts';
import type { JsonDraft, JsonObject } from '../../../json/json.ts';
import type { LossLog } from '../../loss-log.ts';
import { ownMeta } from '../wire/own.ts';
import { writeArguments } from '../wire/tool-arguments.ts';
import { encodeMedia } from './encode-media.ts';
import { OpenMessage } from './open-message.ts';

/** Writes turns as messages; prompts stand where the client put them. */
export class MessageWriter {
  readonly #losses: LossLog;
  readonly #names = new Map<string, string>();

  constructor(losses: LossLog) {
    this.#losses = losses;
  }

  write(turns: readonly Turn[]): readonly JsonObject[] {
    return turns.flatMap((turn, index) => this.#turn(turn, `turns[${index}]`));
  }

  #turn(turn: Turn, path: string): readonly JsonObject[] {
    if (turn.name !== undefined) this.#losses.dropped(`${path}.name`);
    if (turn.role === 'tool') return this.#results(turn, path);
    const role = turn.role === 'developer' ? 'system' : turn.role;
    const message = new OpenMessage(role, turn.role === 'assistant');
    turn.blocks.forEach((block, index) => {
      this.#block(block, `${path}.blocks[${index}]`, message);
    });
    const [first, ...rest] = message.finish();
    const members = ownMeta(turn)?.['members'] as JsonObject | undefined;
    return first === undefined ? [] : [{ ...first, ...members }, ...rest];
  }

  #results(turn: Turn, path: string): readonly JsonObject[] {
    return turn.blocks.flatMap((block, index) => {
      const at = `${path}.blocks[${index}]`;
      if (block.kind === 'tool-result') return [this.#result(block, at)];
      this.#losses.dropped(at, 'only tool results stand in a tool turn');
      return [];
    });
  }

  #block(block: Block, path: string, message: OpenMessage): void {
    const losses = this.#losses;
    if (block.cache !== undefined) losses.dropped(`${path}.cache`);
    switch (block.kind) {
      case 'text':
        this.#nameTextLost(block, path);
        if (message.text(block.text)) losses.changed(path, 'joined to the text before it');
        return;
      case 'refusal':
        losses.changed(path, 'written as text');
        message.text(block.text);
        return;
      case 'thinking':
        if (block.seal !== undefined) losses.dropped(path, `thoughts signed for ${block.seal.dialect}`);
        else message.thinking(block.text);
        return;
      case 'tool-call':
        message.call(this.#call(block, path));
        return;
      case 'media': {
        const written = encodeMedia(block, path, losses);
        if (written.kind === 'text') message.text(written.text);
        else if (message.image(written.data)) losses.changed(path, 'pictures stand before the text of their message');
        return;
      }
      case 'tool-result':
      case 'opaque':
        losses.dropped(path, block.kind === 'opaque' ? `${block.type} is known to ${block.dialect} only` : undefined);
        return;
    }
  }

  #nameTextLost(block: Extract<Block, { kind: 'text' }>, path: string): void {
    if (block.seal !== undefined) this.#losses.dropped(`${path}.seal`);
    if (block.citations !== undefined) this.#losses.dropped(`${path}.citations`);
  }

  #call(block: ToolCallBlock, path: string): JsonObject {
    if (block.seal !== undefined) this.#losses.dropped(`${path}.seal`);
    this.#names.set(block.id, block.name);
    return {
      ...(block.id === '' || isMadeUp(block) ? {} : { id: block.id }),
      function: { name: block.name, arguments: writeArguments(block, path, this.#losses) },
    };
  }

  #result(block: ToolResultBlock, path: string): JsonObject {
    if (block.cache !== undefined) this.#losses.dropped(`${path}.cache`);
    if (block.failed) this.#nameFailed(path);
    const texts: string[] = [];
    const images: string[] = [];
    block.blocks.forEach((inner, index) => {
      this.#inner(inner, { path: `${path}.blocks[${index}]`, texts, images });
    });
    if (texts.length > 1) this.#losses.changed(`${path}.blocks`, 'its texts are joined to one');
    const meta = ownMeta(block);
    const name = meta?.['unnamed'] === true ? undefined : (block.name ?? this.#names.get(block.callId));
    const draft: JsonDraft = { role: 'tool', content: texts.join('\n') };
    if (name !== undefined) draft['tool_name'] = name;
    if (block.callId !== '' && !isMadeUp(block)) draft['tool_call_id'] = block.callId;
    if (images.length > 0) draft['images'] = images;
    return { ...draft, ...(meta?.['members'] as JsonObject | undefined) };
  }

  /** Once a request: every failed result shares the fate. */
  #nameFailed(path: string): void {
    if (this.#losses.list.some((loss) => loss.field.endsWith('.failed'))) return;
    this.#losses.changed(`${path}.failed`, 'a failed tool result is written as its text');
  }

  #inner(block: Block, into: { readonly path: string; readonly texts: string[]; readonly images: string[] }): void {
    if (block.cache !== undefined) this.#losses.dropped(`${into.path}.cache`);
    if (block.kind === 'text' || block.kind === 'refusal') {
      into.texts.push(block.text);
      return;
    }
    if (block.kind !== 'media') {
      this.#losses.dropped(into.path);
      return;
    }
    const written = encodeMedia(block, into.path, this.#losses);
    if (written.kind === 'text') into.texts.push(written.text);
    else into.images.push(written.data);
  }
}

const isMadeUp = (block: Block): boolean => ownMeta(block)?.['madeUpId'] === true;
