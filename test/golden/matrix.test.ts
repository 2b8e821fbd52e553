import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EncodeContext, ReplyContext } from '../../src/core/dialects/dialect.ts';
import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { parseJson } from '../../src/core/json/json.ts';
import { type Codec, codecs } from './codecs.ts';
import { createdSeconds, type GoldenConversation, model } from './conversation.ts';
import { conversations } from './conversations/index.ts';

/** `GOLDEN_UPDATE=1 bun test test/golden` writes the snapshots anew; read the difference before it is committed. */
const update = process.env['GOLDEN_UPDATE'] === '1';
const folder = join(import.meta.dir, 'snapshots');

/** What becomes of a client's request and of a provider's answer between one door and one upstream. */
const translate = (conversation: GoldenConversation, door: Codec, upstream: Codec): Translation => {
  const request = door.door.decodeRequest(conversation.wires[door.id].request.body, { model, stream: false });
  const context: EncodeContext = {
    model,
    defaultMaxOutputTokens: 4096,
    traits: new Set(conversation.traits ?? []),
  };
  const reply: ReplyContext = {
    request: { ...request, stream: true, streamUsage: true },
    replyId: 'reply1',
    nowSeconds: createdSeconds,
  };
  return {
    request: outcome(() => {
      const { body, losses } = upstream.upstream.encodeRequest(request, context);
      return { body, warnings: losses.map((loss) => ({ ...loss, client: door.door.clientField(loss.field) })) };
    }),
    response: outcome(() => {
      const response = upstream.upstream.decodeResponse(conversation.wires[upstream.id].response.body);
      return door.door.encodeResponse(response, reply);
    }),
    stream: outcome(() => {
      const decoder = upstream.upstream.streamDecoder();
      const encoder = door.door.streamEncoder(reply);
      const frames = conversation.wires[upstream.id].frames;
      const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end()];
      return events
        .flatMap((event) => encoder.push(event))
        .map(({ event, data }) => ({ ...(event === undefined ? {} : { event }), data: parseJson(data) ?? data }));
    }),
  };
};

interface Translation {
  readonly request: unknown;
  readonly response: unknown;
  readonly stream: unknown;
}

/** As JSON whose frames stand one on a line. */
const write = ({ request, response, stream }: Translation): string => {
  const frames = Array.isArray(stream) ? stream.map((frame) => `\n    ${JSON.stringify(frame)}`) : [];
  const whole = JSON.stringify({ request, response }, null, 2).slice(0, -2);
  return `${whole},\n  "stream": ${Array.isArray(stream) ? `[${frames.join(',')}\n  ]` : JSON.stringify(stream)}\n}\n`;
};

const outcome = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    if (error instanceof GatewayError) return { refused: error.code, message: error.message };
    throw error;
  }
};

for (const conversation of conversations) {
  for (const door of codecs) {
    for (const upstream of codecs) {
      const name = `${conversation.name}.${door.id}.${upstream.id}.json`;
      test(`${conversation.name}: from the ${door.id} door to a ${upstream.id} upstream is as the snapshot shows`, () => {
        const file = join(folder, name);
        const text = write(translate(conversation, door, upstream));
        if (update) {
          mkdirSync(folder, { recursive: true });
          writeFileSync(file, text);
        }
        expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no snapshot: run with GOLDEN_UPDATE=1').toBe(text);
      });
    }
  }
}
