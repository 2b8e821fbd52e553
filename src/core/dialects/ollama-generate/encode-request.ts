import { unsupportedByTarget } from '../../errors/gateway-error.ts';
import type { ChatRequest, Turn } from '../../ir/index.ts';
import type { JsonDraft } from '../../json/json.ts';
import type { EncodeContext, EncodedRequest } from '../dialect.ts';
import { LossLog } from '../loss-log.ts';
import { encodeMedia } from '../ollama/upstream/encode-media.ts';
import { encodeSettings } from '../ollama/upstream/encode-settings.ts';
import { own } from './own.ts';

/** Writes a body for POST /api/generate. Only one question, with or without a system prompt before it, can be said so. */
export const encodeRequest = (request: ChatRequest, context: EncodeContext): EncodedRequest => {
  const losses = new LossLog();
  losses.dropForeignExtras(request, own);
  if ((request.tools?.length ?? 0) > 0)
    throw unsupportedByTarget('tools', 'a generate target has no tools; use a chat model.');
  losses.dropPresent(request, ['toolChoice'], 'there is no tool');
  const { options, ...extras } = request.extras?.[own] ?? {};
  const draft: JsonDraft = {
    model: context.model,
    ...(request.turns.length === 0 ? {} : promptOf(request.turns, losses)),
    stream: request.stream,
    ...encodeSettings(request, options, losses),
    ...extras,
  };
  for (const name in draft) if (draft[name] === undefined) delete draft[name];
  return { body: draft, losses: losses.list };
};

const promptOf = (turns: readonly Turn[], losses: LossLog): JsonDraft => {
  const asked = turns.at(-1);
  const before = turns.slice(0, -1);
  if (asked?.role !== 'user' || before.some((turn) => turn.role !== 'system' && turn.role !== 'developer'))
    throw unsupportedByTarget(
      'messages',
      'a generate target takes one question, not a conversation; use a chat model.',
    );
  const images: string[] = [];
  const prompt = textOf(asked, { path: `turns[${before.length}]`, losses, images });
  const system = before.map((turn, index) => textOf(turn, { path: `turns[${index}]`, losses, images })).join('\n\n');
  return { prompt, ...(system === '' ? {} : { system }), ...(images.length === 0 ? {} : { images }) };
};

const textOf = (
  turn: Turn,
  at: { readonly path: string; readonly losses: LossLog; readonly images: string[] },
): string => {
  const texts: string[] = [];
  turn.blocks.forEach((block, index) => {
    const path = `${at.path}.blocks[${index}]`;
    if (block.cache !== undefined) at.losses.dropped(`${path}.cache`);
    if (block.kind === 'text') texts.push(block.text);
    else if (block.kind === 'media') {
      const written = encodeMedia(block, path, at.losses);
      if (written.kind === 'text') texts.push(written.text);
      else at.images.push(written.data);
    } else
      throw unsupportedByTarget(
        'messages',
        `a generate target takes text and pictures, not ${block.kind}; use a chat model.`,
      );
  });
  return texts.join('\n\n');
};
