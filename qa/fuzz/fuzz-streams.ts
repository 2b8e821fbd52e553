import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import type { StreamEvent } from '../../src/core/ir/index.ts';
import { parseJson } from '../../src/core/json/json.ts';
import { Collector } from '../../src/core/stream/collect.ts';
import { SseDecoder } from '../../src/core/stream/sse-decoder.ts';
import { type SseFrame, writeSseFrame } from '../../src/core/stream/sse-frame.ts';
import { codecs } from '../../test/golden/codecs.ts';
import { createdSeconds } from '../../test/golden/conversation.ts';
import { conversations } from '../../test/golden/conversations/index.ts';
import { grammarFaults } from '../../test/golden/event-grammar.ts';
import { Dice } from './dice.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Tally } from './tally.ts';

const encoder = new TextEncoder();

const mutateFrame = (frame: SseFrame, dice: Dice): SseFrame => {
  const value = parseJson(frame.data);
  if (value === undefined || dice.chance(0.1))
    return { ...frame, data: dice.pick(['[DONE]', '', '{', 'null', '1', '[]', '{}']) };
  if (dice.chance(0.1)) return { ...frame, event: dice.pick(['error', 'ping', 'message_stop', 'x', '']) };
  return { ...frame, data: JSON.stringify(mutateJson(value, dice)) ?? '' };
};

const mutateFrames = (frames: readonly SseFrame[], dice: Dice): readonly SseFrame[] => {
  const mutated = [...frames];
  for (let count = 1 + dice.below(3); count > 0 && mutated.length > 0; count -= 1) {
    const at = dice.below(mutated.length);
    const frame = mutated[at] ?? { data: '' };
    switch (dice.below(6)) {
      case 0:
        mutated.splice(at, 1);
        break;
      case 1:
        mutated.splice(dice.below(mutated.length), 0, frame);
        break;
      case 2:
        mutated.splice(dice.below(mutated.length), 0, ...mutated.splice(at, 1));
        break;
      default:
        mutated[at] = mutateFrame(frame, dice);
    }
  }
  return mutated;
};

/** The mutated bytes of one case in the pieces they come in, and whose stream it is. */
export const mutatedStream = (seed: number, index: number) => {
  const dice = new Dice(seed + 1_000_003 + index * 7919);
  const conversation = dice.pick(conversations);
  const upstream = dice.pick(codecs);
  const golden = conversation.wires[upstream.id].frames;
  const frames = dice.chance(0.85) ? mutateFrames(golden, dice) : golden;
  const whole = encoder.encode(frames.map(writeSseFrame).join(''));
  const bytes = dice.chance(0.25) ? mutateBytes(whole, dice) : whole;
  const cuts = Array.from({ length: dice.below(6) }, () => dice.below(bytes.length + 1)).sort((a, b) => a - b);
  const pieces = [...cuts, bytes.length].map((end, at) => bytes.subarray(cuts[at - 1] ?? 0, end));
  return { name: `stream ${index} (${conversation.name}, ${upstream.id})`, conversation, upstream, pieces };
};

const decode = (
  { upstream, pieces }: ReturnType<typeof mutatedStream>,
  take: (event: StreamEvent) => void,
): GatewayError | undefined => {
  const splitter = new SseDecoder();
  const decoder = upstream.upstream.streamDecoder();
  try {
    for (const piece of pieces)
      for (const frame of splitter.push(piece)) for (const event of decoder.push(frame)) take(event);
    for (const frame of splitter.end()) for (const event of decoder.push(frame)) take(event);
    for (const event of decoder.end()) take(event);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return undefined;
};

/**
 * One stream from bytes to the frames of every door; only a `GatewayError` may come out, and a stream that ends without one must have kept
 * the grammar of events.
 */
export const fuzzStream = (seed: number, index: number, tally: Tally): void => {
  const drawn = mutatedStream(seed, index);
  const { name, conversation } = drawn;
  tally.run(name, () => {
    const collector = new Collector();
    const events: StreamEvent[] = [];
    const context = {
      request: { ...conversation.request, stream: true, streamUsage: true },
      replyId: 'reply1',
      nowSeconds: createdSeconds,
    };
    const encoders = codecs.map((codec) => codec.door.streamEncoder(context));
    const fault = decode(drawn, (event) => {
      events.push(event);
      collector.push(event);
      for (const door of encoders) door.push(event).map(writeSseFrame);
    });
    if (fault !== undefined) {
      for (const door of encoders) door.fail(fault).map(writeSseFrame);
      return 'refused';
    }
    collector.response();
    const [broken] = grammarFaults(events);
    if (broken !== undefined) tally.report({ kind: 'malformed', case: name, what: broken.replaceAll(/\d+/g, 'N') });
    return undefined;
  });
};
