import { describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import { dialects } from '../../src/core/dialects/index.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { parseJson } from '../../src/core/json/json.ts';
import { createdSeconds, type GoldenConversation, model } from './conversation.ts';
import { conversations } from './conversations/index.ts';

/** `GOLDEN_UPDATE=1 bun test test/golden` writes the snapshots anew; read the difference before it is committed. */
const update = process.env['GOLDEN_UPDATE'] === '1';
const folder = join(import.meta.dir, 'snapshots', 'older');

/** Formats of former days, which say less than a conversation holds: what each makes of one stands in its snapshot. */
const older = ['cohere-v1', 'openai-completions', 'ollama-generate'] as const;

const refusedOr = <Result>(work: () => Result): Result | { readonly refused: string; readonly message: string } => {
  try {
    return work();
  } catch (error) {
    if (error instanceof GatewayError) return { refused: error.code, message: error.message };
    throw error;
  }
};

const contexts = ({ request, traits = [] }: GoldenConversation) => {
  const encode: EncodeContext = { model, defaultMaxOutputTokens: 4096, traits: new Set(traits) };
  const reply: ReplyContext = {
    request: { ...request, stream: true, streamUsage: true },
    replyId: 'reply1',
    nowSeconds: createdSeconds,
  };
  return { encode, reply };
};

describe.each(older)('%s', (id) => {
  const { chat } = dialects[id];
  if (chat === undefined) throw new Error(`${id} serves no chat`);
  const { door, upstream } = chat;

  test.each(conversations.map((conversation) => [conversation.name, conversation] as const))(
    '%s is asked and answered as the snapshot shows',
    (name, conversation) => {
      const { encode, reply } = contexts(conversation);
      const shown = {
        request: refusedOr(() => {
          const { body, losses } = upstream.encodeRequest(conversation.request, encode);
          return { body, warnings: losses };
        }),
        response: refusedOr(() => door.encodeResponse(conversation.response, reply)),
        stream: refusedOr(() => {
          const encoder = door.streamEncoder(reply);
          return conversation.events.flatMap((event) => encoder.push(event)).map(({ data }) => parseJson(data) ?? data);
        }),
      };
      const text = `${JSON.stringify(shown, null, 2)}\n`;
      const file = join(folder, `${name}.${id}.json`);
      if (update) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, text);
      }
      expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no snapshot: run with GOLDEN_UPDATE=1').toBe(text);
    },
  );

  test.each(conversations.map((conversation) => [conversation.name, conversation] as const))(
    '%s loses nothing more on a second way through',
    (_name, conversation) => {
      const { encode, reply } = contexts(conversation);
      const request = refusedOr(() => upstream.encodeRequest(conversation.request, encode));
      if ('body' in request) {
        const again = upstream.encodeRequest(door.decodeRequest(request.body, { model, stream: false }), encode);
        expect(again.body).toEqual(request.body);
        expect(again.losses).toEqual([]);
      }
      const first = door.encodeResponse(conversation.response, reply).body;
      const second = door.encodeResponse(upstream.decodeResponse(first), reply).body;
      expect(withoutTimes(second)).toEqual(withoutTimes(first));
    },
  );
});

/** Answers are stamped when they are written. */
const withoutTimes = (body: unknown): JsonObject => {
  const { created: _created, created_at: _createdAt, ...rest } = body as JsonObject;
  return rest;
};
