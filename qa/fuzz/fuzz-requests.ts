import { GatewayError } from '../../src/core/errors/gateway-error.ts';
import { isObject, type Json } from '../../src/core/json/json.ts';
import { checkJsonLimits } from '../../src/core/json/scan.ts';
import { codecs } from '../../test/golden/codecs.ts';
import { model } from '../../test/golden/conversation.ts';
import { conversations } from '../../test/golden/conversations/index.ts';
import { Dice } from './dice.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Tally } from './tally.ts';

const limits = { maxValues: 200_000, maxDepth: 64 };
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The mutated body of one case, and the door it is for. Most bodies are broken in their structure, some in their bytes. */
export const mutatedRequest = (seed: number, index: number, models: readonly string[] = [model]) => {
  const dice = new Dice(seed + index * 7919);
  const conversation = dice.pick(conversations);
  const door = dice.pick(codecs);
  const written = dice.chance(0.9) ? door.id : dice.pick(codecs).id;
  const named = dice.pick(models);
  const golden = conversation.wires[written].request.body;
  const body = { ...golden, stream: dice.chance(0.5), ...(golden['model'] === undefined ? {} : { model: named }) };
  const text = JSON.stringify(dice.chance(0.92) ? mutateJson(body, dice) : body) ?? '';
  const bytes = encoder.encode(text);
  return {
    name: `request ${index} (${conversation.name}, ${door.id})`,
    door,
    model: named,
    stream: body.stream,
    traits: conversation.traits ?? [],
    bytes: dice.chance(0.15) ? mutateBytes(bytes, dice) : bytes,
  };
};

/** As the line does it: limits, UTF-8 and JSON, door, then every upstream. */
const parse = (bytes: Uint8Array): Json => {
  checkJsonLimits(bytes, limits);
  let value: Json;
  try {
    value = JSON.parse(strict.decode(bytes)) as Json;
  } catch {
    throw new GatewayError('invalid_json', 'The body is not valid JSON.');
  }
  if (!isObject(value)) throw new GatewayError('invalid_json', 'The body is not an object.');
  return value;
};

/** One request through the whole path of the core; only a `GatewayError` may come out. */
export const fuzzRequest = (seed: number, index: number, tally: Tally): void => {
  const { name, door, bytes, traits } = mutatedRequest(seed, index);
  tally.run(name, () => {
    const request = door.door.decodeRequest(parse(bytes), { model, stream: false });
    const refusals = codecs.map((upstream) => {
      try {
        const { body, losses } = upstream.upstream.encodeRequest(request, {
          model,
          defaultMaxOutputTokens: 4096,
          traits: new Set(traits),
        });
        JSON.stringify(body);
        for (const loss of losses) door.door.clientField(loss.field);
        return undefined;
      } catch (error) {
        return error;
      }
    });
    // A crash of one upstream must not hide behind the refusal of another.
    const worst = refusals.find((error) => error !== undefined && !isRefusal(error));
    if (worst !== undefined) throw worst;
    return undefined;
  });
};

const isRefusal = (error: unknown): boolean => error instanceof GatewayError && error.status < 500;
