import { expect, test } from 'bun:test';
import type { Usage } from '../ir/index.ts';
import { billOf, type Terms } from './bill.ts';
import type { PriceTier, PriceVersion, Rates } from './price.ts';

/** Rates are dollars for a million tokens, as price lists print them, or for one piece. */
type Dollars = Readonly<Partial<Record<keyof Rates, number>>>;
const rates = (dollars: Dollars): Rates =>
  Object.fromEntries(Object.entries(dollars).map(([unit, rate]) => [unit, Math.round(rate * 1e9)]));
const above = (aboveInputTokens: number, dollars: Dollars): PriceTier => ({ aboveInputTokens, rates: rates(dollars) });

interface More {
  readonly tiers?: readonly PriceTier[];
  readonly services?: Readonly<Partial<Record<keyof PriceVersion['services'], Dollars>>>;
}
const list = (dollars: Dollars, { tiers = [], services = {} }: More = {}): PriceVersion => ({
  standard: { rates: rates(dollars), tiers },
  services: Object.fromEntries(
    Object.entries(services).map(([service, changed]) => [service, { rates: rates(changed), tiers: [] }]),
  ),
  sources: ['golden'],
  agreed: true,
});

const gpt4o = list(
  { input: 2.5, output: 10, 'cache-read': 1.25 },
  {
    services: {
      batch: { input: 1.25, output: 5 },
      priority: { input: 4.25, output: 17, 'cache-read': 2.125 },
    },
  },
);
const gpt5 = list(
  { input: 1.25, output: 10, 'cache-read': 0.125 },
  { services: { flex: { input: 0.625, output: 5, 'cache-read': 0.0625 } } },
);
const audio = list({ input: 2.5, output: 10, 'audio-input': 40, 'audio-output': 80 });
const picture = list({ input: 5, output: 40, 'image-input': 10, 'cache-read': 1.25 });
const sonnet = list(
  { input: 3, output: 15, 'cache-read': 0.3, 'cache-write': 3.75, 'cache-write-1h': 6, 'web-search': 0.01 },
  {
    tiers: [above(200_000, { input: 6, output: 22.5, 'cache-read': 0.6, 'cache-write': 7.5, 'cache-write-1h': 12 })],
    services: { batch: { input: 1.5, output: 7.5 }, fast: { input: 18, output: 90 } },
  },
);
const pro = list(
  { input: 1.25, output: 10, 'cache-read': 0.125, 'web-search': 0.035 },
  { tiers: [above(200_000, { input: 2.5, output: 15, 'cache-read': 0.25 })] },
);
const flash = list({ input: 0.3, output: 2.5, 'audio-input': 1, 'image-output': 30, reasoning: 2.5 });
const converse = list(
  { input: 0.8, output: 3.2, 'cache-read': 0.2, 'cache-write': 1 },
  { services: { flex: { input: 0.4 } } },
);
const ladder = list(
  { input: 0.4, output: 1.2 },
  {
    tiers: [
      above(32_000, { input: 0.7, output: 2.1 }),
      above(128_000, { input: 1, output: 3 }),
      above(1_000_000, { input: 2 }),
    ],
  },
);
const sonar = list({ input: 1, output: 1, request: 0.005 });
const reasoner = list({ input: 2, output: 8, reasoning: 3, citation: 2, 'web-search': 0.005 });
const reranker = list({ query: 0.002 });
const voice = list({ input: 0.1, output: 0.1, 'input-second': 0.00005 });
const tiny = list({ input: 0.018, output: 0.000001, 'cache-read': 0.0000004 });
const local = list({ input: 0, output: 0 });
const tools = list({ input: 2, output: 8, 'web-search': 0.01, 'file-search': 0.0025, 'code-session': 0.03 });
const embedder = list({ input: 0.02 });

const used = (inputTokens: number, outputTokens: number, more: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  ...more,
});

type Row = readonly [what: string, price: PriceVersion, usage: Usage, nanoUsd: bigint, terms?: Terms];

/** The last column is worked out by hand: tokens × nano-dollars for one ($1 for a million is 1000), pieces × nano-dollars for one. */
const bills: readonly Row[] = [
  // Plain text.
  ['a hello', gpt4o, used(9, 12), 9n * 2500n + 12n * 10_000n],
  ['input alone', gpt4o, used(1000, 0), 1000n * 2500n],
  ['output alone', gpt4o, used(0, 1000), 1000n * 10_000n],
  ['nothing at all', gpt4o, used(0, 0), 0n],
  ['a million each', gpt4o, used(1_000_000, 1_000_000), 2_500_000_000n + 10_000_000_000n],
  ['an embedding', embedder, used(8191, 0), 8191n * 20n],
  ['a model at home', local, used(5000, 5000), 0n],
  // Cached input: part of the input, at its own rate.
  [
    'half of it cached',
    gpt4o,
    used(2048, 100, { cacheReadTokens: 1024 }),
    1024n * 2500n + 1024n * 1250n + 100n * 10_000n,
  ],
  ['all of it cached', gpt4o, used(2048, 1, { cacheReadTokens: 2048 }), 2048n * 1250n + 10_000n],
  ['more cached than sent', gpt4o, used(100, 0, { cacheReadTokens: 300 }), 100n * 1250n],
  ['cached where no rate says so', audio, used(100, 0, { cacheReadTokens: 60 }), 100n * 2500n],
  // Reasoning: part of the output.
  ['reasoning at the output rate', gpt5, used(50, 1000, { reasoningTokens: 960 }), 50n * 1250n + 1000n * 10_000n],
  [
    'reasoning with a rate of its own',
    reasoner,
    used(10, 1000, { reasoningTokens: 900 }),
    10n * 2000n + 100n * 8000n + 900n * 3000n,
  ],
  ['more reasoning than output', reasoner, used(0, 100, { reasoningTokens: 500 }), 100n * 3000n],
  // Services.
  ['batch', gpt4o, used(1000, 100, { service: 'batch' }), 1000n * 1250n + 100n * 5000n],
  [
    'batch names no cache rate: the standard one holds',
    gpt4o,
    used(1000, 0, { service: 'batch', cacheReadTokens: 400 }),
    600n * 1250n + 400n * 1250n,
  ],
  [
    'priority',
    gpt4o,
    used(1000, 100, { service: 'priority', cacheReadTokens: 200 }),
    800n * 4250n + 200n * 2125n + 100n * 17_000n,
  ],
  ['flex', gpt5, used(1001, 3, { service: 'flex' }), 625_625n + 15_000n],
  ['flex of a model that has none', gpt4o, used(10, 10, { service: 'flex' }), 10n * 2500n + 10n * 10_000n],
  ['fast', sonnet, used(100, 10, { service: 'fast' }), 100n * 18_000n + 10n * 90_000n],
  ['Bedrock flex', converse, used(100, 100, { service: 'flex' }), 100n * 400n + 100n * 3200n],
  // Sound and pictures.
  ['a spoken question', audio, used(300, 50, { audioInputTokens: 250 }), 50n * 2500n + 250n * 40_000n + 50n * 10_000n],
  ['a spoken answer', audio, used(20, 400, { audioOutputTokens: 380 }), 20n * 2500n + 20n * 10_000n + 380n * 80_000n],
  [
    'sound both ways',
    audio,
    used(300, 400, { audioInputTokens: 300, audioOutputTokens: 400 }),
    300n * 40_000n + 400n * 80_000n,
  ],
  ['sound where no rate says so', gpt4o, used(300, 0, { audioInputTokens: 300 }), 300n * 2500n],
  ['a picture shown', picture, used(350, 0, { imageInputTokens: 323 }), 27n * 5000n + 323n * 10_000n],
  ['a picture made', picture, used(10, 4160, { imageOutputTokens: 4160 }), 10n * 5000n + 4160n * 40_000n],
  [
    'a picture shown and cached text',
    picture,
    used(400, 0, { imageInputTokens: 323, cacheReadTokens: 50 }),
    27n * 5000n + 323n * 10_000n + 50n * 1250n,
  ],
  ['seconds of sound', voice, used(10, 10, { pieces: { 'input-second': 12.5 } }), 1000n + 1000n + 625_000n],
  ['a third of a second', voice, used(0, 0, { pieces: { 'input-second': 0.333_333 } }), 16_667n],
  // Anthropic's cache: what is written is part of our input, by lifetime.
  [
    'five minutes written',
    sonnet,
    used(3000, 10, { cacheWriteTokens: 2000 }),
    1000n * 3000n + 2000n * 3750n + 10n * 15_000n,
  ],
  [
    'an hour written',
    sonnet,
    used(3000, 10, { cacheWriteTokens: 2000, cacheWriteOneHourTokens: 2000 }),
    1000n * 3000n + 2000n * 6000n + 10n * 15_000n,
  ],
  [
    'both written',
    sonnet,
    used(3000, 0, { cacheWriteTokens: 2000, cacheWriteOneHourTokens: 500 }),
    1000n * 3000n + 1500n * 3750n + 500n * 6000n,
  ],
  [
    'read and written',
    sonnet,
    used(10_000, 1, { cacheReadTokens: 6000, cacheWriteTokens: 3000 }),
    1000n * 3000n + 6000n * 300n + 3000n * 3750n + 15_000n,
  ],
  ['only read', sonnet, used(6000, 0, { cacheReadTokens: 6000 }), 6000n * 300n],
  [
    'an hour written where only five minutes are priced',
    converse,
    used(100, 0, { cacheWriteTokens: 100, cacheWriteOneHourTokens: 100 }),
    100n * 1000n,
  ],
  ['written where no rate says so', gpt4o, used(100, 0, { cacheWriteTokens: 100 }), 100n * 2500n],
  // Thresholds: at, and one around. The tier is that of the whole input, and holds for everything.
  ['one below', pro, used(199_999, 100), 199_999n * 1250n + 100n * 10_000n],
  ['at it', pro, used(200_000, 100), 200_000n * 1250n + 100n * 10_000n],
  ['one above', pro, used(200_001, 100), 200_001n * 2500n + 100n * 15_000n],
  ['above by what was cached', pro, used(250_000, 0, { cacheReadTokens: 240_000 }), 10_000n * 2500n + 240_000n * 250n],
  ['above by what tools read', pro, used(199_000, 0, { toolInputTokens: 1001 }), 200_001n * 2500n],
  [
    'a tier that changes cache writes',
    sonnet,
    used(200_001, 0, { cacheWriteTokens: 200_001, cacheWriteOneHourTokens: 1 }),
    200_000n * 7500n + 12_000n,
  ],
  ['first step of a ladder', ladder, used(32_000, 1), 32_000n * 400n + 1200n],
  ['second step', ladder, used(32_001, 1), 32_001n * 700n + 2100n],
  ['third step, compared as a number', ladder, used(128_001, 1), 128_001n * 1000n + 3000n],
  ['a step that names input alone', ladder, used(1_000_001, 1), 1_000_001n * 2000n + 1200n],
  // Gemini: thoughts join the output, tools' reading the input.
  ['thoughts', pro, used(10, 1200, { reasoningTokens: 1000 }), 10n * 1250n + 1200n * 10_000n],
  ['what its tools read', pro, used(200, 100, { toolInputTokens: 300 }), 500n * 1250n + 100n * 10_000n],
  [
    'a grounded prompt',
    pro,
    used(20, 100, { pieces: { 'web-search': 1 } }),
    20n * 1250n + 100n * 10_000n + 35_000_000n,
  ],
  [
    'sound and a picture',
    flash,
    used(100, 1300, { audioInputTokens: 60, imageOutputTokens: 1290 }),
    40n * 300n + 60n * 1000n + 10n * 2500n + 1290n * 30_000n,
  ],
  // Bedrock counts the cache beside the input; ours is the sum.
  [
    'Converse with its cache',
    converse,
    used(1500, 100, { cacheReadTokens: 1000, cacheWriteTokens: 400 }),
    100n * 800n + 1000n * 200n + 400n * 1000n + 100n * 3200n,
  ],
  // Pieces.
  ['a fee for the call', sonar, used(27, 93), 27n * 1000n + 93n * 1000n + 5_000_000n],
  ['a fee for a call that said nothing', sonar, used(0, 0), 5_000_000n],
  [
    'two searches',
    sonnet,
    used(1000, 100, { pieces: { 'web-search': 2 } }),
    1000n * 3000n + 100n * 15_000n + 20_000_000n,
  ],
  ['searches nobody charges', gpt4o, used(1, 0, { pieces: { 'web-search': 9 } }), 2500n],
  [
    'search, files and a sandbox',
    tools,
    used(0, 0, { pieces: { 'web-search': 3, 'file-search': 2, 'code-session': 1 } }),
    30_000_000n + 5_000_000n + 30_000_000n,
  ],
  ['a search unit of a reranker', reranker, used(0, 0, { pieces: { query: 3 } }), 6_000_000n],
  // Below a nano-dollar: up, once a line.
  ['a token for 18 nano-dollars', tiny, used(1, 0), 18n],
  ['a token for a thousandth of one', tiny, used(0, 1), 1n],
  ['1001 of them', tiny, used(0, 1001), 2n],
  ['two lines, each rounded', tiny, used(10, 10, { cacheReadTokens: 9 }), 18n + 1n + 1n],
  // Terms.
  ['ten percent off', gpt4o, used(1000, 100), 3_150_000n, { discountPartsPerMillion: 100_000 }],
  ['five percent on', gpt4o, used(1000, 100), 3_675_000n, { marginPartsPerMillion: 50_000 }],
  [
    'off, then on',
    gpt4o,
    used(1000, 100),
    3_307_500n,
    { discountPartsPerMillion: 100_000, marginPartsPerMillion: 50_000 },
  ],
  [
    'a discount is rounded down, a margin up',
    tiny,
    used(1, 0),
    18n - 1n + 2n,
    { discountPartsPerMillion: 100_000, marginPartsPerMillion: 100_000 },
  ],
  ['a fee on every call', gpt4o, used(9, 12), 142_500n + 250n, { marginNanoUsd: 250n }],
  ['all of it off', gpt4o, used(9, 12), 0n, { discountPartsPerMillion: 1_000_000 }],
];

for (const [what, price, usage, nanoUsd, terms] of bills)
  test(what, () => {
    const bill = billOf(usage, price, terms === undefined ? {} : { terms });
    expect(bill.nanoUsd).toBe(nanoUsd);
    expect(bill.unpriced).toEqual([]);
  });

test('there are enough of them', () => {
  expect(bills.length).toBeGreaterThanOrEqual(60);
});
