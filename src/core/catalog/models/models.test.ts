import { describe, expect, test } from 'bun:test';
import { checkCatalogue } from '../../../contract/models/catalogue-schema.ts';
import { largestRate, priceOn, type Rates } from '../../money/price.ts';
import { checkedText, joinCatalogue, splitCatalogue } from './catalogue-file.ts';
import { emptyCatalogue, ModelCatalogue } from './model-catalogue.ts';
import { type ModelInfo, modelParameters } from './model-info.ts';
import { readModel, writeModel } from './model-line.ts';
import { withOverrides } from './model-override.ts';
import { shippedModels } from './models.fixture.ts';
import { readPrice, writePrice } from './price-text.ts';

const all = [...shippedModels.all()];
const today = '2026-08-22';

describe('the catalogue that ships', () => {
  const { header, body } = shippedModels.text;

  test('has the checksum of its content', () => {
    expect(new Bun.CryptoHasher('sha256').update(checkedText({ header, body })).digest('hex')).toBe(header.sha256);
  });

  test('is valid, line for line, in order and without a name twice', () => {
    expect(checkCatalogue({ header, body })).toEqual([]);
  });

  test('prices 4,000 models and more, and says how many', () => {
    const priced = all.filter(({ price }) => price !== undefined);
    expect(priced.length).toBe(header.priced);
    expect(priced.length).toBeGreaterThan(4000);
    const costing = priced.filter(({ price }) =>
      Object.values(price?.at(-1)?.standard.rates ?? {}).some((rate) => rate > 0),
    );
    expect(costing.length).toBeGreaterThan(4000);
  });

  test('names where it comes from, and under which licence', () => {
    expect(header.sources.map(({ name, licence }) => `${name} ${licence}`)).toEqual([
      'models.dev MIT',
      'genai-prices MIT',
      'litellm MIT',
      'portkey MIT',
    ]);
  });

  test('is ASCII and at most a megabyte', () => {
    expect(/[^\t\n\x20-\x7e]/.test(body)).toBe(false);
    expect(body.length).toBeLessThan(1_048_576);
  });

  test('is written again as it was read', () => {
    expect(all.map((model) => `${writeModel(model)}\n`).join('')).toBe(body);
  });

  const ratesOf = ({ price }: ModelInfo): readonly Rates[] =>
    (price ?? []).flatMap(({ standard, services }) =>
      [standard, ...Object.values(services)].flatMap(({ rates, tiers }) => [rates, ...tiers.map((tier) => tier.rates)]),
    );

  test('has no rate that is no whole number, or out of reason', () => {
    const wrong = all.filter((model) =>
      ratesOf(model).some((rates) =>
        Object.values(rates).some((rate) => !Number.isSafeInteger(rate) || rate < 0 || rate > largestRate),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('never asks more for what was in the cache than for what was not, where sources agree', () => {
    const wrong = all.filter(({ price }) => {
      const version = price === undefined ? undefined : priceOn(price, today);
      const { input, 'cache-read': read } = version?.standard.rates ?? {};
      return version?.agreed === true && input !== undefined && read !== undefined && input > 0 && read > input;
    });
    expect(wrong.map(({ provider, id }) => `${provider}/${id}`)).toEqual([]);
  });

  test.each([
    ['openai', 'gpt-5', { input: 1_250_000_000, output: 10_000_000_000, 'cache-read': 125_000_000 }],
    [
      'anthropic',
      'claude-opus-4-5',
      { input: 5_000_000_000, output: 25_000_000_000, 'cache-write': 6_250_000_000, 'cache-write-1h': 10_000_000_000 },
    ],
    ['gemini', 'gemini-2.5-flash', { input: 300_000_000, output: 2_500_000_000 }],
  ] as const)('%s/%s costs what its provider says', (provider, id, rates) => {
    const price = shippedModels.find(provider, id)?.price;
    expect(price?.at(-1)?.standard.rates).toMatchObject(rates);
    expect(price?.at(-1)?.agreed).toBe(true);
  });

  test('knows prices that begin on a day, and tiers by numbers', () => {
    const dated = shippedModels.find('anthropic', 'claude-sonnet-5')?.price ?? [];
    expect(priceOn(dated, '2026-08-31')?.standard.rates.input).toBe(2_000_000_000);
    expect(priceOn(dated, '2026-09-01')?.standard.rates.input).toBe(3_000_000_000);
    const [tier] = shippedModels.find('openai', 'gpt-5.4')?.price?.[0]?.standard.tiers ?? [];
    expect(tier).toMatchObject({ aboveInputTokens: 272_000, rates: { input: 5_000_000_000 } });
  });
});

describe('looking up', () => {
  test('finds every model by provider and id', () => {
    const missed = all.filter(({ provider, id }) => shippedModels.find(provider, id)?.id !== id);
    expect(missed).toEqual([]);
  });

  test('finds nothing under names that are not there', () => {
    for (const id of ['', 'gpt', 'gpt-5-', 'zzz', '\t', '\n', 'gpt-5\t', '~'])
      expect(shippedModels.find('openai', id)).toBeUndefined();
    expect(shippedModels.find('', '')).toBeUndefined();
    expect(emptyCatalogue.find('openai', 'gpt-5')).toBeUndefined();
    expect([...emptyCatalogue.modelsOf('openai')]).toEqual([]);
  });

  test('lists what one provider has, and not what one with a longer name has', () => {
    const ids = [...shippedModels.modelsOf('alibaba')].map(({ id }) => id);
    const known = all.filter(({ provider }) => provider === 'alibaba').map(({ id }) => id);
    expect(ids).toEqual(known);
    expect(ids.length).toBeGreaterThan(20);
  });

  test("takes the operator's word over the file's, and keeps the rest", () => {
    const catalogue = withOverrides(shippedModels, [
      { provider: 'openai', id: 'gpt-5', maxOutputTokens: 77 },
      { provider: 'mine', id: 'small', contextTokens: 5 },
    ]);
    expect(catalogue.find('openai', 'gpt-5')).toMatchObject({ maxOutputTokens: 77, contextTokens: 400_000 });
    expect(catalogue.find('mine', 'small')).toMatchObject({ contextTokens: 5, mode: 'chat' });
    expect([...catalogue.modelsOf('mine')]).toEqual([{ id: 'small', mode: 'chat', unlisted: false }]);
    const own = [...catalogue.modelsOf('openai')].filter(({ id }) => id === 'gpt-5');
    expect(own.length).toBe(1);
  });
});

describe('a line', () => {
  const full: ModelInfo = {
    provider: 'p',
    id: 'a\\b/ü',
    title: 'Ünï "\\u0041"\t',
    mode: 'embedding',
    author: 'a',
    family: 'f',
    contextTokens: 1,
    maxInputTokens: 2,
    maxOutputTokens: 3,
    inputModalities: ['text', 'video'],
    outputModalities: ['audio'],
    parameters: modelParameters,
    reasoning: { toggle: true, efforts: ['none', 'max'], budget: { minTokens: 4 } },
    releasedOn: '2026-01-02',
    knowledgeCutoff: '2025-12',
    retiresOn: '2027-01-01',
    status: 'deprecated',
    openWeights: true,
    unlisted: true,
  };

  test('keeps everything, in one byte a character', () => {
    const line = writeModel(full);
    expect(/^[\t\x20-\x7e]*$/.test(line)).toBe(true);
    expect(readModel(line)).toEqual(full);
  });

  test.each([
    ['p/a', 'The line has 1 columns instead of 10.'],
    [`p${'\t'.repeat(9)}`, '"p" is not of the form provider/model.'],
    [`p/a\t\tchatty${'\t'.repeat(7)}`, '"chatty" is none of chat'],
    [`p/a\t\t\t\t1,-2\tt>t${'\t'.repeat(4)}`, 'The limit "-2" is no whole number.'],
    [`p/a\t\t\t\t\tx>t${'\t'.repeat(4)}`, 'There is no modality "x".'],
    [`p/a\t\t\t\t\tt>t\tzzzzzzz${'\t'.repeat(3)}`, 'The parameters "zzzzzzz" are no known mask.'],
    [`p/a\t\t\t\t\tt>t\t\tq\t\t`, 'The reasoning control "q" has no meaning.'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=m i-5`, 'The price holds "i-5"'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=m i1.5`, 'The price holds "i1.5"'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=m ifive`, 'The price holds "ifive"'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=m i9e15`, 'The price holds "i9e15"'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=q i1`, 'The price holds "=q", which has no meaning.'],
    [`p/a\t\t\t\t\tt>t\t\t\t\t=m :slow i1`, 'The price holds ":slow", which has no meaning.'],
  ])('that is wrong is refused by name: %j', (line, message) => {
    expect(() => readModel(line)).toThrow(message);
  });

  test('of a price is the same written again', () => {
    const text = '=mg! i3e9 o15e9 >200000 i6e9 :batch i15e8|@2026-09-01 =l i1 rq5';
    expect(writePrice(readPrice(text))).toBe(text);
  });
});

describe('a file', () => {
  const text = joinCatalogue(shippedModels.text);

  test.each([
    ['', 'It has no second line'],
    ['{"format":"x"}\n', 'does not say "format"'],
    ['not json\n', 'is no JSON'],
    ['{"format":"sluice-catalogue","version":2}\n', 'It is of version 2; this Sluice reads version 1.'],
    ['{"format":"sluice-catalogue","version":1}\n', 'has no sha256'],
    ['null\n', 'does not say "format"'],
  ])('that is none is refused: %j', (wrong, message) => {
    expect(() => splitCatalogue(wrong)).toThrow(message);
  });

  test('with a line twice, out of order or of another count is told by line', () => {
    const { header, body } = splitCatalogue(text);
    const lines = body.split('\n');
    const [first = '', second = ''] = lines;
    const problems = (changed: string): readonly string[] => checkCatalogue({ header, body: changed });
    expect(problems(`${first}\n${first}\n`)[0]).toStartWith('line 3: "302ai/MiniMax-M1" stands twice or out of order');
    expect(problems(`${second}\n${first}\n`)[0]).toStartWith('line 3: ');
    expect(problems(`${first}\n`)[0]).toBe(
      `line 1: it speaks of ${header.models} models and ${header.priced} prices, and there are 1 and 1`,
    );
    expect(problems(first)[0]).toBe('line 2: the last line has no end; the file is cut');
    expect(problems(`${first.replace('t>t', 't>q')}\n`)[0]).toBe('line 2: There is no modality "q".');
    expect(problems(`${first.replace('2025-06-16', '2025-16-06')}\n`)[0]).toBe('line 2: releasedOn: is no day');
  });

  test('that does not end its last line still gives its last model', () => {
    const { header, body } = splitCatalogue(text);
    const last = all.at(-1);
    const cut = new ModelCatalogue({ header, body: body.slice(0, -1) });
    expect(cut.find(last?.provider ?? '', last?.id ?? '')?.id).toBe(last?.id ?? '');
  });
});

test('what is known of one provider’s models may hold for another’s', () => {
  const catalogue = shippedModels.sharing(new Map([['openai-2', 'openai']]));
  const [own, shared] = ['openai', 'openai-2'].map((provider) => catalogue.find(provider, 'gpt-4o'));
  expect(shared).toEqual({ ...own, provider: 'openai-2' } as typeof shared);
  expect(catalogue.find('openai-3', 'gpt-4o')).toBeUndefined();
});
