import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { shippedModels } from '../../src/core/catalog/models/models.fixture.ts';
import { answerUsage, framesUsage } from '../../src/core/dialects/answer-usage.ts';
import type { DialectId, Usage } from '../../src/core/ir/index.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  parseJson,
  stringAt,
} from '../../src/core/json/json.ts';
import { billOf } from '../../src/core/money/bill.ts';
import { type PriceVersion, priceOn } from '../../src/core/money/price.ts';
import { usdText } from '../../src/core/money/usd-text.ts';
import type { Framing } from '../../src/core/stream/framing.ts';
import { framesIn } from '../../src/gateway/line/streams/native-meter.ts';
import { applicable } from './applicable.ts';
import { type Exchange, readExchanges, requestObject } from './exchange.ts';

// Works out what every recorded exchange costs whose model has a price in two sources, and compares it with the cost the provider told.
const flag = (name: string): boolean => process.argv.includes(name);
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const directory = (): string => {
  const given = option('--dir');
  if (given !== undefined) return resolve(given);
  const beside = resolve(import.meta.dir, '../../../shared/data/corpus/dev');
  return existsSync(beside) ? beside : resolve(import.meta.dir, 'data');
};

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** An answer's objects: one of a whole answer, all frames of a stream. */
const objectsOf = (exchange: Exchange): readonly JsonObject[] => {
  const { response_body: body, stream, stream_format: format } = exchange;
  if (!stream) return [parseJson(body)].filter(isObject);
  const framing: Framing = format === 'ndjson' ? 'ndjson' : format === 'aws-eventstream' ? 'aws-event-stream' : 'sse';
  const bytes = Buffer.from(body, exchange.response_body_encoding === 'base64' ? 'base64' : 'utf8');
  return framesIn(bytes, framing).flatMap(({ data }) => [parseJson(data)].filter(isObject));
};

const usageOf = (objects: readonly JsonObject[], dialect: DialectId, stream: boolean): Usage | undefined => {
  const [first] = objects;
  return stream || first === undefined ? framesUsage(dialect, objects) : answerUsage[dialect](first);
};

/** Places where providers tell what a call cost, in nano-dollars. */
const toldCost = ({ wire }: Usage): number | undefined => {
  const value: Json | undefined = wire?.value;
  const ticks = numberAt(value, 'cost_in_usd_ticks');
  if (ticks !== undefined) return ticks / 10;
  const details = objectAt(value, 'cost_details');
  const upstream = numberAt(details, 'upstream_inference_cost');
  const dollars =
    numberAt(value, 'cost') ??
    upstream ??
    numberAt(objectAt(value, 'cost'), 'total_cost') ??
    numberAt(value, 'estimated_cost');
  return dollars === undefined ? undefined : dollars * 1e9;
};

/** Names the recordings have for providers that have another one here. */
const names: Readonly<Record<string, string>> = { 'bedrock-mantle': 'bedrock', 'chatgpt-codex': 'openai' };

const modelOf = (exchange: Exchange, objects: readonly JsonObject[]): readonly string[] => {
  const body = requestObject(exchange);
  const path = decodeURIComponent(/\/models?\/([^/:?]+(?::\d+)?)/.exec(exchange.url)?.[1] ?? '');
  const told = objects.map((object) => stringAt(object, 'model') ?? stringAt(object, 'modelVersion')).find(Boolean);
  return [stringAt(body, 'model'), path, told].filter((name) => name !== undefined && name !== '') as readonly string[];
};

interface Checked {
  readonly exchange: Exchange;
  readonly model: string;
  readonly price: PriceVersion;
  readonly ours: bigint;
  readonly told: number | undefined;
}

const check = (exchange: Exchange): Checked | undefined => {
  const where = applicable(exchange);
  if (where === undefined || exchange.status !== 200) return undefined;
  const objects = objectsOf(exchange);
  const usage = usageOf(objects, where.dialect, exchange.stream);
  const provider = names[exchange.provider] ?? exchange.provider;
  for (const model of modelOf(exchange, objects)) {
    const versions = shippedModels.find(provider, model)?.price;
    const price = versions === undefined ? undefined : priceOn(versions, option('--day') ?? '2026-08-22');
    if (price === undefined || usage === undefined) continue;
    if (price.sources.length < 2) continue;
    return {
      exchange,
      model: `${provider}/${model}`,
      price,
      ours: billOf(usage, price).nanoUsd,
      told: toldCost(usage),
    };
  }
  return undefined;
};

const checked = readExchanges(directory(), false).flatMap((exchange) => check(exchange) ?? []);
/** Providers round to their own places, and we round every line up to a nano-dollar. */
const agrees = ({ ours, told = 0 }: Checked): boolean => Math.abs(Number(ours) - told) <= Math.max(10, told * 1e-6);
const judged = checked.filter(({ told }) => told !== undefined && told > 0);
const agreeing = judged.filter(agrees);
const differing = judged.filter((row) => !agrees(row));

const byModel = new Map<string, Checked[]>();
for (const row of differing) byModel.set(row.model, [...(byModel.get(row.model) ?? []), row]);
for (const [model, rows] of [...byModel].sort()) {
  const [first] = rows;
  if (first === undefined) continue;
  const ratios = rows.map(({ ours, told = 0 }) => Number(ours) / told).sort((a, b) => a - b);
  say(
    `${model}: ${rows.length} differ, ours/theirs ${ratios[0]?.toFixed(3)} to ${ratios.at(-1)?.toFixed(3)}; ` +
      `such as ${first.exchange.id}: ours $${usdText(first.ours)}, theirs $${usdText(BigInt(Math.round(first.told ?? 0)))}`,
  );
  if (flag('--rows')) for (const { exchange, ours, told } of rows) say(`  ${exchange.id} ${ours} ${told}`);
}
const zero = checked.filter(({ ours }) => ours === 0n).length;
say(
  JSON.stringify({
    check: 'prices',
    exchanges: checked.length,
    models: new Set(checked.map(({ model }) => model)).size,
    sourcesAgree: checked.filter(({ price }) => price.agreed).length,
    sourcesDisagree: checked.filter(({ price }) => !price.agreed).length,
    costsNothing: zero,
    toldByProvider: judged.length,
    agree: agreeing.length,
    differ: differing.length,
  }),
);
